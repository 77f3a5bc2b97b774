package dev.embergate.engine.rewrite;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.ResponseHead;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

record AnswerHead(int status, Headers fields) implements ResponseHead {
    static AnswerHead coded(String... codings) {
        Headers fields = Headers.of("Content-Type", "text/plain");
        for (String coding : codings) {
            fields = fields.with("Content-Encoding", coding);
        }
        return new AnswerHead(200, fields);
    }

    @Override
    public @Nullable String header(String name) {
        return fields.first(name);
    }

    @Override
    public List<String> headers(String name) {
        return fields.all(name);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> action) {
        fields.forEach(action);
    }

    @Override
    public long contentLength() {
        return -1;
    }

    @Override
    public String mediaType() {
        return "text/plain";
    }
}
