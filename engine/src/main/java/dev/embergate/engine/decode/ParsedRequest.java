package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A checked request head; its target is normalised. */
public final class ParsedRequest extends ParsedHead implements RequestHead {
    ParsedRequest() {}

    /** Told once by the exchange, before any rule sees the head. */
    public void client(Client client) {
        throw new AssertionError("skeleton");
    }

    /** Writes the raw target bytes. */
    public void copyTarget(ByteBuf out) {
        throw new AssertionError("skeleton");
    }

    /** Whether {@code Expect: 100-continue} was asked for by an HTTP/1.1 client with a body to come. */
    public boolean expectsContinue() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String method() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String target() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String path() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String rawPath() {
        throw new AssertionError("skeleton");
    }

    @Override
    public @Nullable String rawQuery() {
        throw new AssertionError("skeleton");
    }

    @Override
    public @Nullable String query(String name) {
        throw new AssertionError("skeleton");
    }

    @Override
    public @Nullable String queryIgnoreCase(String name) {
        throw new AssertionError("skeleton");
    }

    @Override
    public boolean hasBody() {
        throw new AssertionError("skeleton");
    }

    @Override
    public @Nullable String upgrade() {
        throw new AssertionError("skeleton");
    }

    @Override
    public Client client() {
        throw new AssertionError("skeleton");
    }
}
