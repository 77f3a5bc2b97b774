package dev.embergate.rules.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.spi.BodySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON object as tree and as the bytes it came as. Written back, members that were not changed are copied byte by byte:
 * forms of numbers and escapes, white space and members given twice survive.
 */
final class ParsedElement {
    // Names are a server's, not ours: they do not belong into the JVM's table of strings for good.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonScanner.MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(10_000)
                    .build())
            .build();
    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Offsets: of the name's quotation mark, of the value, behind the value. */
    private record Member(String name, int nameAt, int valueAt, int end) {}

    private final byte[] bytes;
    private final int length;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, JsonNode> before = new HashMap<>();
    private final ObjectNode object = MAPPER.createObjectNode();

    /** @param bytes one complete object in its first {@code length}; not changed while this is in use */
    ParsedElement(byte[] bytes, int length) throws IOException {
        this.bytes = bytes;
        this.length = length;
        try (JsonParser parser = MAPPER.createParser(bytes, 0, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int nameAt = (int) parser.currentTokenLocation().getByteOffset();
                parser.nextToken();
                int valueAt = (int) parser.currentTokenLocation().getByteOffset();
                JsonNode value = MAPPER.readTree(parser);
                int end = (int) parser.currentLocation().getByteOffset();
                members.add(new Member(name, nameAt, valueAt, end));
                object.set(name, value);
                // Scalars never change; what can be changed in place is compared with a copy.
                before.put(name, value.isContainerNode() ? value.deepCopy() : value);
            }
        } catch (NumberFormatException e) {
            throw new IOException("json number: exponent too large (expected: one of 32 bits)", e);
        }
    }

    ObjectNode object() {
        return object;
    }

    /** Whether it is the very tree that {@link #write} knows the bytes of. */
    @SuppressWarnings("ReferenceEquality")
    boolean isObject(JsonNode node) {
        return node == object;
    }

    void write(BodySink out) throws IOException {
        if (isUnchanged()) {
            out.write(bytes, 0, length);
            return;
        }
        boolean empty = true;
        int previousEnd = 0;
        for (Member member : members) {
            JsonNode now = object.get(member.name);
            if (now != null) {
                writeGap(previousEnd, member.nameAt, empty, out);
                empty = false;
                if (now.equals(before.get(member.name))) {
                    out.write(bytes, member.nameAt, member.end - member.nameAt);
                } else {
                    out.write(bytes, member.nameAt, member.valueAt - member.nameAt);
                    out.write(json(now));
                }
            }
            previousEnd = member.end;
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (!before.containsKey(entry.getKey())) {
                out.write(new byte[] {(byte) (empty ? '{' : ',')});
                empty = false;
                out.write(json(entry.getKey()));
                out.write(new byte[] {':'});
                out.write(json(entry.getValue()));
            }
        }
        if (empty) {
            out.write(new byte[] {'{'});
        }
        writeEnd(previousEnd, out);
    }

    private boolean isUnchanged() {
        if (object.size() != before.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (!entry.getValue().equals(before.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** What stood before a member: white space, with a brace or comma in it, which is the one that is needed now. */
    private void writeGap(int from, int to, boolean first, BodySink out) {
        int at = from;
        while (bytes[at] != '{' && bytes[at] != ',') {
            at++;
        }
        if (first) {
            out.write(new byte[] {'{'});
            out.write(bytes, at + 1, to - at - 1);
        } else {
            out.write(bytes, from, to - from);
        }
    }

    private void writeEnd(int from, BodySink out) {
        int at = members.isEmpty() ? length - 1 : from;
        out.write(bytes, at, length - at);
    }

    static byte[] json(Object value) throws IOException {
        return MAPPER.writeValueAsBytes(value);
    }
}
