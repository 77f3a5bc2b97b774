package dev.embergate.engine.decode;

import dev.embergate.engine.spi.ResponseHead;

/** A checked answer head. */
public final class ParsedResponse extends ParsedHead implements ResponseHead {
    ParsedResponse() {}

    @Override
    public int status() {
        throw new AssertionError("skeleton");
    }

    /** The reason phrase as received; may be empty. */
    public String reason() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String mediaType() {
        throw new AssertionError("skeleton");
    }
}
