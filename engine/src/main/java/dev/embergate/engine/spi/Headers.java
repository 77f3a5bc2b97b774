package dev.embergate.engine.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header fields in order, names compared without case (RFC 9110 section 5.1). Immutable.
 *
 * <p>Names are checked to be tokens and values to hold no CR, LF or NUL, so that a rule cannot split an answer: an
 * {@link IllegalArgumentException} names the field, never its value.
 */
public final class Headers {
    public static final Headers EMPTY = new Headers(List.of());

    /** One field line. */
    public record Field(String name, String value) {
        public Field {
            checkName(name);
            checkValue(name, value);
        }
    }

    private final List<Field> fields;

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    /** Pairs: name, value, name, value. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("headers: odd number of strings (expected: name, value pairs)");
        }
        List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Headers(List.copyOf(fields));
    }

    public static Headers of(List<Field> fields) {
        return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
    }

    public List<Field> fields() {
        return fields;
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The first value of that name. */
    public @Nullable String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (Field field : fields) {
            action.accept(field.name(), field.value());
        }
    }

    /** These fields and one more. */
    public Headers with(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(List.copyOf(more));
    }

    /** These fields but those of that name. */
    public Headers without(String name) {
        List<Field> fewer = new ArrayList<>(fields);
        fewer.removeIf(field -> field.name().equalsIgnoreCase(name));
        return of(fewer);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers headers && headers.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return fields.stream().map(Field::name).toList().toString();
    }

    /** RFC 9110 section 5.6.2: a token. */
    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("header name: empty (expected: a token)");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean token = c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
            if (!token) {
                throw new IllegalArgumentException(
                        "header name: character 0x" + Integer.toHexString(c) + " at " + i + " (expected: a token)");
            }
        }
    }

    /** RFC 9110 section 5.5; characters above 0xff have no byte to be sent as. */
    private static void checkValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("header " + name + ": character 0x" + Integer.toHexString(c) + " at "
                        + i + " (expected: visible characters, space or tab)");
            }
        }
    }
}
