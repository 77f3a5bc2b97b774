package dev.embergate.engine.spi;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Status and header fields of an upstream's final answer. Valid during the call it is handed to. */
public interface ResponseHead {
    int status();

    /** First value of that field, names compared without case; null when absent. */
    @Nullable
    String header(String name);

    List<String> headers(String name);

    void forEachHeader(BiConsumer<String, String> action);

    /** Content-Length in bytes; -1 when absent. */
    long contentLength();

    /** Type and subtype of Content-Type in lower case, without parameters; empty when absent. */
    String mediaType();
}
