package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the pieces and the end of a body (RFC 9112 sections 6.3 and 7.1). Copies nothing: it counts. */
final class BodyDecoder {
    /** {@link #advance} needs more octets. */
    static final int MORE = 0;
    /** The body is complete; {@link #trailers} has what followed it. */
    static final int END = -1;
    /** {@link #rejection} tells why. */
    static final int REJECTED = -2;

    /**
     * Extensions a body may have whatever its size; beyond that it may have as many as data. RFC 9112 section 7.1.1 asks for a
     * bound, and one on the sum alone would end long uploads whose every chunk is signed.
     */
    private static final long FREE_EXTENSION_BYTES = 16 << 10;

    private enum State {
        LENGTH,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_DATA_END,
        TRAILERS,
        UNTIL_CLOSE,
        DONE,
        BAD
    }

    private final DecodeLimits limits;
    private State state = State.DONE;
    private long remaining;
    private long dataBytes;
    private long extensionBytes;
    private boolean crSeen;
    private @Nullable ChunkLine chunkLine;
    private @Nullable HeadParser trailerParser;
    private @Nullable HeadBytes trailerBytes;
    private Headers trailers = Headers.EMPTY;
    private @Nullable Rejection rejection;

    BodyDecoder(DecodeLimits limits) {
        this.limits = limits;
    }

    /** @param length of a body framed by it; ignored for the others */
    void begin(BodyFraming framing, long length) {
        trailers = Headers.EMPTY;
        rejection = null;
        switch (framing) {
            case NONE -> state = State.DONE;
            case LENGTH -> {
                remaining = length;
                state = length == 0 ? State.DONE : State.LENGTH;
            }
            case CHUNKED -> {
                dataBytes = 0;
                extensionBytes = 0;
                beginChunk();
            }
            case UNTIL_CLOSE -> state = State.UNTIL_CLOSE;
        }
    }

    /** Whether nothing more is to come, told or not. */
    boolean isComplete() {
        return state == State.DONE;
    }

    boolean isUntilClose() {
        return state == State.UNTIL_CLOSE;
    }

    Headers trailers() {
        return trailers;
    }

    Rejection rejection() {
        return Objects.requireNonNull(rejection, "rejection");
    }

    /**
     * Consumes what is framing.
     *
     * @return above zero: so many octets from the reader index on are body, for the caller to consume before the next call;
     *     otherwise {@link #MORE}, {@link #END} or {@link #REJECTED}
     */
    int advance(ByteBuf in) {
        while (true) {
            switch (state) {
                case DONE -> {
                    return END;
                }
                case BAD -> {
                    return REJECTED;
                }
                case UNTIL_CLOSE -> {
                    return in.readableBytes();
                }
                case LENGTH -> {
                    return data(in, State.DONE);
                }
                case CHUNK_DATA -> {
                    return data(in, State.CHUNK_DATA_END);
                }
                case CHUNK_SIZE -> {
                    if (!chunkSize(in)) {
                        return MORE;
                    }
                }
                case CHUNK_DATA_END -> {
                    if (!lineEnd(in, "chunk: no CRLF behind its data (expected: CRLF)")) {
                        return MORE;
                    }
                    if (state != State.BAD) {
                        beginChunk();
                    }
                }
                case TRAILERS -> {
                    if (!trailers(in)) {
                        return MORE;
                    }
                }
            }
        }
    }

    private int data(ByteBuf in, State next) {
        int count = (int) Math.min(in.readableBytes(), remaining);
        remaining -= count;
        if (remaining == 0) {
            state = next;
        }
        return count;
    }

    private void beginChunk() {
        ChunkLine line = chunkLine;
        if (line == null) {
            line = new ChunkLine(limits.maxChunkLineBytes());
            chunkLine = line;
        }
        line.begin();
        crSeen = false;
        state = State.CHUNK_SIZE;
    }

    /** Whether the state has moved on. */
    private boolean chunkSize(ByteBuf in) {
        ChunkLine line = chunkLine;
        assert line != null : "beginChunk made it";
        while (in.isReadable()) {
            switch (line.accept(in.readByte())) {
                case MORE -> {}
                case REJECTED -> {
                    reject(Rejection.malformed(line.fault()));
                    return true;
                }
                case COMPLETE -> {
                    chunk(line);
                    return true;
                }
            }
        }
        return false;
    }

    private void chunk(ChunkLine line) {
        remaining = line.size();
        dataBytes += remaining;
        extensionBytes += line.extensionLength();
        if (extensionBytes > FREE_EXTENSION_BYTES && extensionBytes - FREE_EXTENSION_BYTES > dataBytes) {
            reject(Rejection.malformed("chunk extensions: more than data (expected: fewer)"));
        } else {
            state = remaining == 0 ? State.TRAILERS : State.CHUNK_DATA;
        }
    }

    /** Whether CRLF has been consumed, or the fault found. */
    private boolean lineEnd(ByteBuf in, String fault) {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (b != (crSeen ? '\n' : '\r')) {
                reject(Rejection.malformed(fault));
                return true;
            }
            if (crSeen) {
                return true;
            }
            crSeen = true;
        }
        return false;
    }

    /** RFC 9112 section 7.1.2. Nearly always there are none, and no parser is made. */
    private boolean trailers(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        HeadParser parser = trailerParser;
        HeadBytes section = trailerBytes;
        if (parser == null || section == null) {
            if (crSeen || in.getByte(in.readerIndex()) == '\r') {
                boolean ended = lineEnd(in, "trailers: CR without LF (expected: CRLF)");
                if (ended && state != State.BAD) {
                    state = State.DONE;
                }
                return ended;
            }
            parser = HeadParser.forTrailers(limits);
            section = new HeadBytes();
            parser.beginTrailers(section);
            trailerParser = parser;
            trailerBytes = section;
        }
        switch (parser.read(in)) {
            case MORE -> {
                return false;
            }
            case REJECTED -> reject(parser.rejection());
            case COMPLETE -> {
                trailers = Trailers.of(section);
                trailerParser = null;
                trailerBytes = null;
                state = State.DONE;
            }
        }
        return true;
    }

    private void reject(Rejection why) {
        rejection = why;
        state = State.BAD;
    }
}
