package dev.embergate.engine.decode;

/** How the end of a body is found (RFC 9112 section 6.3). */
public enum BodyFraming {
    /** There is none; a Content-Length may still tell how long it would be (HEAD, 304). */
    NONE,
    /** Content-Length tells; it may be 0. */
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
}
