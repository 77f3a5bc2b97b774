package dev.embergate.engine.decode;

/** How the end of a body is found (RFC 9112 section 6.3). */
public enum BodyFraming {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
}
