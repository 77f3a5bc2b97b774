package dev.embergate.rules.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Changes the objects of one array in a JSON answer as it passes, holding one of them at a time; everything else, and every
 * member that was not changed, is copied byte by byte. Elements that are no objects are passed on unseen. A document without
 * the array passes unchanged; malformed JSON, nesting deeper than 128 and a longer element fail the answer.
 */
public final class JsonElements implements BodyTransform {
    private final ArrayPath path;
    private final int maxElementBytes;
    private final ElementEditor editor;

    /**
     * @param arrayPath member names joined by dots, {@code []} behind one for "in each element of": {@code MediaSources},
     *     {@code Items[].MediaSources}; empty for a document that is itself the array
     * @param maxElementBytes of one element, and of the white space between two
     */
    public JsonElements(String arrayPath, int maxElementBytes, ElementEditor editor) {
        if (maxElementBytes < 1) {
            throw new IllegalArgumentException("maxElementBytes: " + maxElementBytes + " (expected: > 0)");
        }
        this.path = new ArrayPath(arrayPath);
        this.maxElementBytes = maxElementBytes;
        this.editor = Objects.requireNonNull(editor, "editor");
    }

    @Override
    public boolean accepts(ResponseHead head) {
        return MediaTypes.JSON.take(head);
    }

    @Override
    public BodyRewriter open(ResponseHead head) {
        return new OneBody();
    }

    private enum Mode {
        /** Outside of the array. */
        COPY,
        /** Between its elements. */
        GAP,
        ELEMENT
    }

    private final class OneBody implements BodyRewriter {
        private final JsonScanner scanner = new JsonScanner(path);
        private final Gathered gap = new Gathered(maxElementBytes, "json white space");
        private final Gathered element = new Gathered(maxElementBytes, "json element");
        private Mode mode = Mode.COPY;
        private boolean nothingWritten;

        @Override
        public void accept(ByteBuffer chunk, BodySink out) throws IOException {
            int from = chunk.position();
            int limit = chunk.limit();
            JsonScanner.Event event;
            do {
                event = scanner.scan(chunk, from, limit);
                take(chunk, from, scanner.position(), out);
                from = scanner.position();
                switch (event) {
                    case NONE -> {}
                    case ARRAY_BEGINS -> {
                        mode = Mode.GAP;
                        nothingWritten = true;
                    }
                    case ELEMENT_BEGINS -> mode = Mode.ELEMENT;
                    case ELEMENT_ENDED -> {
                        edit(out);
                        gap.clear();
                        element.clear();
                        mode = Mode.GAP;
                    }
                    case ARRAY_ENDS -> {
                        out.write(gap.bytes(), 0, gap.length());
                        gap.clear();
                        mode = Mode.COPY;
                    }
                }
            } while (event != JsonScanner.Event.NONE);
        }

        private void take(ByteBuffer chunk, int from, int to, BodySink out) throws IOException {
            if (from == to) {
                return;
            }
            switch (mode) {
                case COPY -> {
                    int limit = chunk.limit();
                    out.write(chunk.limit(to).position(from));
                    chunk.limit(limit);
                }
                case GAP -> gap.append(chunk, from, to);
                case ELEMENT -> element.append(chunk, from, to);
            }
        }

        private void edit(BodySink out) throws IOException {
            if (element.bytes()[0] != '{') {
                writeSeparator(out);
                out.write(element.bytes(), 0, element.length());
                return;
            }
            ParsedElement parsed = new ParsedElement(element.bytes(), element.length());
            List<? extends JsonNode> instead = editor.edit(parsed.object());
            for (int i = 0; i < instead.size(); i++) {
                if (i == 0) {
                    writeSeparator(out);
                } else {
                    out.write(new byte[] {','});
                }
                JsonNode node = instead.get(i);
                if (parsed.isObject(node)) {
                    parsed.write(out);
                } else {
                    out.write(ParsedElement.json(node));
                }
            }
        }

        /** What stood before this element, without its comma when the ones before it were dropped. */
        private void writeSeparator(BodySink out) {
            int from = 0;
            if (nothingWritten) {
                for (int i = 0; i < gap.length(); i++) {
                    if (gap.bytes()[i] == ',') {
                        from = i + 1;
                    }
                }
                nothingWritten = false;
            }
            out.write(gap.bytes(), from, gap.length() - from);
        }

        @Override
        public void finish(BodySink out) throws IOException {
            scanner.finish();
        }
    }
}
