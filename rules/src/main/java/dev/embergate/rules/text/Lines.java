package dev.embergate.rules.text;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Changes a UTF-8 text line by line as it passes, holding one line. A line ends with LF or CRLF, which is kept and not shown;
 * a line that comes back unchanged is passed on byte by byte. A longer line fails the answer.
 */
public final class Lines implements BodyTransform {
    private final MediaTypes mediaTypes;
    private final int maxLineBytes;
    private final Supplier<UnaryOperator<String>> editors;

    private Lines(Set<String> mediaTypes, int maxLineBytes, Supplier<UnaryOperator<String>> editors) {
        if (maxLineBytes < 1 || maxLineBytes > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("maxLineBytes: " + maxLineBytes + " (expected: > 0)");
        }
        this.mediaTypes = MediaTypes.of(mediaTypes);
        this.maxLineBytes = maxLineBytes;
        this.editors = Objects.requireNonNull(editors, "editors");
    }

    /**
     * @param mediaTypes in lower case, without parameters
     * @param maxLineBytes without the line's ending
     * @param editor used for many bodies, on many threads
     */
    public Lines(Set<String> mediaTypes, int maxLineBytes, UnaryOperator<String> editor) {
        this(mediaTypes, maxLineBytes, () -> editor);
        Objects.requireNonNull(editor, "editor");
    }

    /** The same with an editor for each body, which may then count or remember. */
    public static Lines withEditorPerBody(
            Set<String> mediaTypes, int maxLineBytes, Supplier<UnaryOperator<String>> editors) {
        return new Lines(mediaTypes, maxLineBytes, editors);
    }

    @Override
    public boolean accepts(ResponseHead head) {
        return mediaTypes.take(head);
    }

    @Override
    public BodyRewriter open(ResponseHead head) {
        return new OneBody(maxLineBytes, editors.get());
    }

    private static final class OneBody implements BodyRewriter {
        private final int maxLineBytes;
        private final UnaryOperator<String> editor;
        private final Gathered line;

        OneBody(int maxLineBytes, UnaryOperator<String> editor) {
            this.maxLineBytes = maxLineBytes;
            this.editor = editor;
            this.line = new Gathered(maxLineBytes, 2, "line");
        }

        @Override
        public void accept(ByteBuffer chunk, BodySink out) throws IOException {
            int begin = chunk.position();
            int limit = chunk.limit();
            for (int i = begin; i < limit; i++) {
                if (chunk.get(i) == '\n') {
                    line.append(chunk, begin, i + 1);
                    edit(out);
                    begin = i + 1;
                }
            }
            line.append(chunk, begin, limit);
        }

        @Override
        public void finish(BodySink out) throws IOException {
            if (line.length() > 0) {
                edit(out);
            }
        }

        private void edit(BodySink out) throws IOException {
            byte[] bytes = line.bytes();
            int end = line.length();
            int textEnd = end;
            if (bytes[textEnd - 1] == '\n') {
                textEnd--;
                if (textEnd > 0 && bytes[textEnd - 1] == '\r') {
                    textEnd--;
                }
            }
            if (textEnd > maxLineBytes) {
                throw line.tooLong();
            }
            String text = new String(bytes, 0, textEnd, StandardCharsets.UTF_8);
            String edited = editor.apply(text);
            if (edited.equals(text)) {
                // Not encoded again: octets that are not UTF-8 would come out as replacement characters.
                out.write(bytes, 0, end);
            } else {
                out.write(edited.getBytes(StandardCharsets.UTF_8));
                out.write(bytes, textEnd, end - textEnd);
            }
            line.clear();
        }
    }
}
