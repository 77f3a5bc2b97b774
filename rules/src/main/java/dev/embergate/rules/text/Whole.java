package dev.embergate.rules.text;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;

/** Gathers a small body, changes it as a whole and sends it then. A longer body fails the answer, before its head if possible. */
public final class Whole implements BodyTransform {
    /** Changes one body. Runs on an event loop and must not block. */
    @FunctionalInterface
    public interface Editor {
        /** @param body the editor's own, which may be changed and given back */
        byte[] edit(byte[] body) throws IOException;
    }

    private final int maxBytes;
    private final MediaTypes mediaTypes;
    private final Editor editor;

    /**
     * @param maxBytes of the decoded body
     * @param mediaTypes in lower case, without parameters
     * @param editor used for many bodies, on many threads
     */
    public Whole(int maxBytes, Set<String> mediaTypes, Editor editor) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
        }
        this.maxBytes = maxBytes;
        this.mediaTypes = MediaTypes.of(mediaTypes);
        this.editor = Objects.requireNonNull(editor, "editor");
    }

    @Override
    public boolean accepts(ResponseHead head) {
        return mediaTypes.take(head);
    }

    @Override
    public BodyRewriter open(ResponseHead head) throws IOException {
        // The length of a coded body says nothing about the decoded one.
        if (head.contentLength() > maxBytes && head.header("content-encoding") == null) {
            throw new IOException("body: longer than the limit (expected: at most " + maxBytes + " bytes)");
        }
        return new OneBody();
    }

    private final class OneBody implements BodyRewriter {
        private final Gathered body = new Gathered(maxBytes, "body");

        @Override
        public void accept(ByteBuffer chunk, BodySink out) throws IOException {
            body.append(chunk, chunk.position(), chunk.limit());
        }

        @Override
        public void finish(BodySink out) throws IOException {
            out.write(editor.edit(body.copy()));
        }
    }
}
