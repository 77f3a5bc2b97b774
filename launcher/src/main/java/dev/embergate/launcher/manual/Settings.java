package dev.embergate.launcher.manual;

import dev.embergate.launcher.config.Keys;
import dev.embergate.launcher.config.RecordShape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of a record and of the records in it, flattened for a table. */
public final class Settings {
    /**
     * @param key dotted; {@code servers.*} for what a map's names stand for, {@code lines[]} for a list's items
     * @param type in words
     * @param fallback {@code required}, what a missing key stands for, or empty where nothing stands for it
     */
    public record Row(String key, String type, String fallback, String description) {}

    private Settings() {}

    public static List<Row> of(Class<? extends Record> type) {
        List<Row> rows = new ArrayList<>();
        add("", type, rows);
        return rows;
    }

    private static void add(String prefix, Class<? extends Record> type, List<Row> rows) {
        for (RecordShape.Key key : RecordShape.of(type).keys()) {
            String name = prefix.isEmpty() ? key.name() : prefix + "." + key.name();
            rows.add(new Row(name, words(key.type(), key.component()), fallback(key), key.description()));
            nested(name, key.type(), rows);
        }
    }

    private static void nested(String name, Type type, List<Row> rows) {
        if (type instanceof Class<?> plain && plain.isRecord()) {
            add(name, plain.asSubclass(Record.class), rows);
        } else if (type instanceof ParameterizedType parameterized) {
            Type[] arguments = parameterized.getActualTypeArguments();
            String suffix = parameterized.getRawType() == Map.class
                    ? ".*"
                    : parameterized.getRawType() == Optional.class ? "" : "[]";
            nested(name + suffix, arguments[arguments.length - 1], rows);
        }
    }

    private static String fallback(RecordShape.Key key) {
        if (key.defaultYaml() != null) {
            return key.defaultYaml().isEmpty() ? "\"\"" : key.defaultYaml();
        }
        return key.optional() ? "" : "required";
    }

    static String words(Type type, String component) {
        if (type instanceof ParameterizedType parameterized) {
            Type[] arguments = parameterized.getActualTypeArguments();
            if (parameterized.getRawType() == Map.class) {
                return "name: " + words(arguments[1], component);
            }
            String item = words(arguments[0], component);
            return parameterized.getRawType() == Optional.class ? item : "list of " + item;
        }
        if (!(type instanceof Class<?> plain)) {
            return type.getTypeName();
        } else if (plain.isEnum()) {
            List<String> constants = new ArrayList<>();
            for (Object constant : plain.getEnumConstants()) {
                constants.add(Keys.ofConstant((Enum<?>) constant));
            }
            return String.join(" or ", constants);
        } else if (plain.isRecord()) {
            return "mapping";
        } else if (plain == int.class || plain == Integer.class || plain == long.class || plain == Long.class) {
            return component.endsWith("Bytes") || component.equals("bytes") ? "size" : "whole number";
        } else if (plain == boolean.class || plain == Boolean.class) {
            return "true or false";
        } else if (plain == double.class || plain == Double.class) {
            return "number";
        }
        return Map.of(
                        String.class, "text",
                        Duration.class, "duration",
                        URI.class, "address",
                        Path.class, "path",
                        Pattern.class, "regular expression",
                        Object.class, "anything",
                        Set.class, "list")
                .getOrDefault(plain, "anything");
    }
}
