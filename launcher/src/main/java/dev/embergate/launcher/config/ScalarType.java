package dev.embergate.launcher.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one word of YAML can be read as. Strict: {@code yes} is text, never a truth, and {@code 010} is no number. */
final class ScalarType {
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,18})");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private ScalarType() {}

    static boolean covers(Class<?> type) {
        return type.isEnum()
                || type == String.class
                || type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class
                || type == double.class
                || type == Double.class
                || type == boolean.class
                || type == Boolean.class
                || type == Duration.class
                || type == URI.class
                || type == Path.class
                || type == Pattern.class;
    }

    /**
     * @param component a whole number whose component's name ends in {@code Bytes} is a size
     * @param directory where relative paths start
     * @throws IllegalArgumentException or ArithmeticException when the text is none of that type
     */
    static Object parse(Class<?> type, String component, String text, Path directory) {
        if (type == String.class) {
            return text;
        } else if (type.isEnum()) {
            return constant(type, text);
        } else if (type == int.class || type == Integer.class) {
            return Math.toIntExact(whole(component, text));
        } else if (type == long.class || type == Long.class) {
            return whole(component, text);
        } else if (type == double.class || type == Double.class) {
            require(DECIMAL.matcher(text).matches());
            return Double.parseDouble(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return truth(text);
        } else if (type == Duration.class) {
            return Quantity.duration(text);
        } else if (type == URI.class) {
            require(!text.isBlank());
            return URI.create(text);
        } else if (type == Path.class) {
            require(!text.isBlank());
            return directory.resolve(text).normalize();
        } else if (type == Pattern.class) {
            return Pattern.compile(text);
        }
        throw new IllegalStateException("type " + type.getName() + " cannot be written in YAML");
    }

    /** Completes {@code expected: ...}. */
    static String expectation(Class<?> type, String component) {
        if (type == String.class) {
            return "text";
        } else if (type.isEnum()) {
            return String.join(", ", constants(type));
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return isSize(component) ? "a size such as 256KB or 8MiB" : "a whole number such as 10";
        } else if (type == double.class || type == Double.class) {
            return "a number such as 0.5";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == Duration.class) {
            return "a duration such as 10m";
        } else if (type == URI.class) {
            return "an address such as http://192.168.0.10:8096";
        } else if (type == Path.class) {
            return "a path";
        } else if (type == Pattern.class) {
            return "a regular expression";
        }
        return "text";
    }

    static boolean isSize(String component) {
        return component.endsWith("Bytes") || component.equals("bytes");
    }

    static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> Keys.ofConstant((Enum<?>) constant))
                .toList();
    }

    /** Untyped values, by the YAML 1.2 core schema (section 10.3.2) without its octal and hexadecimal numbers. */
    static @Nullable Object untyped(Value.Scalar scalar, String text) {
        if (scalar.quoted()) {
            return text;
        } else if (scalar.isNull()) {
            return null;
        } else if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return truth(text);
        } else if (WHOLE.matcher(text).matches()) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                return text;
            }
        } else if (DECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text);
        }
        return text;
    }

    private static long whole(String component, String text) {
        if (isSize(component)) {
            return Quantity.bytes(text);
        }
        require(WHOLE.matcher(text).matches());
        return Long.parseLong(text);
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Object constant(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (Keys.ofConstant((Enum<?>) constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no such word");
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("does not fit");
        }
    }
}
