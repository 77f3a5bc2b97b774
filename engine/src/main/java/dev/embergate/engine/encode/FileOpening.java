package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Body;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens the file of an answer together with what identifies its content. Blocks: on a virtual thread only. */
final class FileOpening {
    private static final int ATTEMPTS = 3;
    private static final int MAX_NAME_BYTES = 255;

    private FileOpening() {}

    /** Null when there is no regular file of that name. */
    static @Nullable Content open(Body.File body) throws IOException {
        Path path = body.path();
        for (int attempt = 1; ; attempt++) {
            BasicFileAttributes before;
            try {
                before = Files.readAttributes(path, BasicFileAttributes.class);
            } catch (FileSystemException e) {
                if (cannotExist(path, e)) {
                    return null;
                }
                throw e;
            }
            // Asked before opening: to open a FIFO would wait for its writer.
            if (!before.isRegularFile()) {
                return null;
            }
            FileChannel file;
            try {
                file = FileChannel.open(path, StandardOpenOption.READ);
            } catch (NoSuchFileException e) {
                return null;
            }
            Content content = content(body, file, before, attempt == ATTEMPTS);
            if (content != null) {
                return content;
            }
        }
    }

    /** Null when another file was put in its place between looking and opening: its tag would be given to other bytes. */
    private static @Nullable Content content(
            Body.File body, FileChannel file, BasicFileAttributes before, boolean whatever) throws IOException {
        Path path = body.path();
        boolean kept = false;
        try {
            long length = file.size();
            BasicFileAttributes after = Files.readAttributes(path, BasicFileAttributes.class);
            boolean same = length == after.size() && etag(after).equals(etag(before));
            if (!same && !whatever) {
                return null;
            }
            String name = path.getFileName().toString();
            String mediaType = body.mediaType();
            Content content = new Content(
                    mediaType == null ? MediaTypes.of(name) : mediaType,
                    same ? etag(after) : null,
                    same ? lastModified(after) : HttpDates.NONE,
                    length,
                    new FileSource(file, path.toString(), length));
            kept = true;
            return content;
        } finally {
            if (!kept) {
                file.close();
            }
        }
    }

    /**
     * Size, time of change and file number. Strong as far as the file system's clock is: a change in place that keeps the size
     * within one tick of it (some milliseconds on Linux, two seconds on FAT), or that sets the old time again, goes unseen.
     */
    private static String etag(BasicFileAttributes file) {
        Object key = file.fileKey();
        return '"'
                + Long.toHexString(file.size())
                + '-'
                + Long.toHexString(file.lastModifiedTime().to(TimeUnit.NANOSECONDS))
                + (key == null ? "" : "-" + Integer.toHexString(key.hashCode()))
                + '"';
    }

    /** Never later than now (RFC 9110 section 8.8.2.1). */
    private static long lastModified(BasicFileAttributes file) {
        return Math.min(file.lastModifiedTime().to(TimeUnit.SECONDS), System.currentTimeMillis() / 1000);
    }

    /** Whether a failure only says in another way that there is no such file. */
    private static boolean cannotExist(Path path, FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return true;
        }
        if (failure instanceof AccessDeniedException) {
            return false;
        }
        for (Path name : path) {
            if (name.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                return true;
            }
        }
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            if (Files.exists(parent)) {
                return !Files.isDirectory(parent);
            }
        }
        return false;
    }
}
