package dev.embergate.engine.decode;

/**
 * Bounds of the parser.
 *
 * @param maxLineBytes of a request line or status line; 414 beyond it (502 from an upstream)
 * @param maxHeadBytes of a whole head, start line included; 431 beyond it
 * @param maxFields of header lines in a head; 431 beyond it
 * @param maxChunkLineBytes of one chunk-size line, extensions included; 400 beyond it
 * @param maxTrailerBytes of a trailer section; 431 beyond it
 */
public record DecodeLimits(
        int maxLineBytes, int maxHeadBytes, int maxFields, int maxChunkLineBytes, int maxTrailerBytes) {
    public static final DecodeLimits DEFAULT = new DecodeLimits(16 << 10, 64 << 10, 128, 256, 8 << 10);

    public DecodeLimits {
        if (maxLineBytes < 64
                || maxHeadBytes < maxLineBytes
                || maxFields < 1
                || maxChunkLineBytes < 16
                || maxTrailerBytes < 0) {
            throw new IllegalArgumentException(
                    "decode limits: line " + maxLineBytes + ", head " + maxHeadBytes + ", fields "
                            + maxFields + ", chunk line " + maxChunkLineBytes + ", trailers " + maxTrailerBytes
                            + " (expected: line >= 64, head >= line, fields >= 1, chunk line >= 16, trailers >= 0)");
        }
    }
}
