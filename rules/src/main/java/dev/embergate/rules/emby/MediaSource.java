package dev.embergate.rules.emby;

import java.util.Objects;

/**
 * One version of an item that can be played. What Emby left out is empty.
 *
 * @param id {@code mediasource_12} since Emby 4.9, 32 hexadecimal digits before
 * @param path a file's path on Emby's machine, or the address in a {@code .strm} file
 * @param container short name such as {@code mkv}; may be a comma list
 * @param size in bytes; -1 when unknown
 * @param protocol {@code File}, {@code Http}, {@code Rtsp} and others
 * @param remote whether Emby itself has to fetch it from elsewhere
 * @param infinite whether it never ends: live television
 * @param needsOpening whether Emby must open it first, and its path means nothing before
 * @param needsHeaders whether its address only answers to header fields that Emby knows
 */
public record MediaSource(
        String id,
        String path,
        String container,
        long size,
        String protocol,
        String name,
        String etag,
        boolean remote,
        boolean infinite,
        boolean needsOpening,
        boolean needsHeaders) {

    public MediaSource {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(etag, "etag");
    }

    /** Without the path, which may be a link. */
    @Override
    public String toString() {
        return "MediaSource[id=" + id + ", container=" + container + ", protocol=" + protocol + "]";
    }
}
