package dev.embergate.launcher.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds a section of YAML to a record, component by component: nothing unknown, nothing missing, nothing of the wrong type.
 * Tells every problem it meets and goes on.
 */
public final class RecordBinder {
    /** Stands for a value that could not be bound; its problem has been told. */
    private static final Object FAILED = new Object();

    private final Map<String, String> environment;
    private final Path directory;
    private final Problems problems;

    /** @param directory where relative paths start */
    public RecordBinder(Map<String, String> environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /**
     * @param key where the section stands; empty for a whole file
     * @return null when there was a problem
     */
    public <T extends Record> @Nullable T bind(Class<T> type, Value section, String key) {
        Object bound = record(type, section, key);
        return bound == FAILED ? null : type.cast(bound);
    }

    /** Takes the secrets of a section out of a message made by somebody else. */
    public String redact(String message, Value section, String key) {
        return Redaction.scrub(message, Redaction.secretsIn(section, key, environment));
    }

    private @Nullable Object value(Type type, String component, Value value, String key) {
        Class<?> raw = RecordShape.raw(type);
        if (raw == Value.class) {
            return value;
        } else if (raw == Object.class) {
            return untyped(value, key);
        } else if (raw == Optional.class) {
            return optional(argument(type, 0), component, value, key);
        } else if (raw == List.class || raw == Set.class) {
            return items(type, component, value, key);
        } else if (raw == Map.class) {
            return map(type, component, value, key);
        } else if (raw.isRecord()) {
            return record(raw.asSubclass(Record.class), value, key);
        }
        return scalar(raw, component, value, key);
    }

    private Object scalar(Class<?> type, String component, Value value, String key) {
        if (!(value instanceof Value.Scalar scalar) || (scalar.isNull() && !Interpolation.isIn(scalar.text()))) {
            return unexpected(value, key, ScalarType.expectation(type, component));
        }
        String text = resolved(scalar, key);
        if (text == null) {
            return FAILED;
        }
        try {
            return ScalarType.parse(type, component, text, directory);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return unexpected(value, key, ScalarType.expectation(type, component));
        }
    }

    private @Nullable String resolved(Value.Scalar scalar, String key) {
        try {
            return Interpolation.resolve(scalar.text(), environment);
        } catch (Interpolation.Unresolved e) {
            problems.add(scalar.place(), key, e.why());
            return null;
        }
    }

    private Object optional(Type type, String component, Value value, String key) {
        if (value instanceof Value.Scalar scalar && scalar.isNull()) {
            return Optional.empty();
        }
        Object bound = value(type, component, value, key);
        return bound == FAILED ? FAILED : Optional.ofNullable(bound);
    }

    /** A lone word stands for a list of one. */
    private Object items(Type type, String component, Value value, String key) {
        Type itemType = argument(type, 0);
        boolean distinct = RecordShape.raw(type) == Set.class;
        List<Value> items;
        switch (value) {
            case Value.Sequence sequence -> items = sequence.items();
            case Value.Scalar scalar when scalar.isNull() -> items = List.of();
            case Value.Scalar scalar when ScalarType.covers(RecordShape.raw(itemType)) -> items = List.of(scalar);
            case Value.Scalar scalar -> {
                return unexpected(scalar, key, "a list");
            }
            case Value.Mapping mapping -> {
                return unexpected(mapping, key, "a list");
            }
        }
        List<@Nullable Object> bound = new ArrayList<>();
        Set<@Nullable Object> seen = new LinkedHashSet<>();
        boolean failed = false;
        for (int i = 0; i < items.size(); i++) {
            Value item = items.get(i);
            String itemKey = value instanceof Value.Sequence ? key + "[" + i + "]" : key;
            Object one = value(itemType, component, item, itemKey);
            failed |= one == FAILED;
            if (one != FAILED && distinct && !seen.add(one)) {
                problems.add(item.place(), itemKey, Redaction.show(item, itemKey) + " again (expected: each once)");
                failed = true;
            }
            bound.add(one);
        }
        if (failed) {
            return FAILED;
        }
        return distinct ? Collections.unmodifiableSet(seen) : Collections.unmodifiableList(bound);
    }

    private Object map(Type type, String component, Value value, String key) {
        if (value instanceof Value.Scalar scalar && scalar.isNull()) {
            return Map.of();
        } else if (!(value instanceof Value.Mapping mapping)) {
            return unexpected(value, key, "a mapping");
        } else {
            Class<?> nameType = RecordShape.raw(argument(type, 0));
            Map<Object, @Nullable Object> bound = new LinkedHashMap<>();
            boolean failed = false;
            for (Map.Entry<String, Value.Entry> entry : mapping.entries().entrySet()) {
                String childKey = Keys.child(key, entry.getKey());
                Object name;
                try {
                    name = ScalarType.parse(nameType, "", entry.getKey(), directory);
                } catch (IllegalArgumentException | ArithmeticException e) {
                    problems.add(
                            entry.getValue().keyPlace(),
                            childKey,
                            "unknown key (expected: " + ScalarType.expectation(nameType, "") + ")");
                    failed = true;
                    continue;
                }
                Object one =
                        value(argument(type, 1), component, entry.getValue().value(), childKey);
                failed |= one == FAILED;
                bound.put(name, one);
            }
            return failed ? FAILED : Collections.unmodifiableMap(bound);
        }
    }

    private Object record(Class<? extends Record> type, Value value, String key) {
        if (value instanceof Value.Scalar scalar && scalar.isNull()) {
            return record(type, Value.Mapping.empty(scalar.place()), key);
        } else if (!(value instanceof Value.Mapping mapping)) {
            return unexpected(value, key, "a mapping");
        } else {
            RecordShape shape = RecordShape.of(type);
            boolean failed = tellUnknown(shape, mapping, key);
            @Nullable Object[] values = new @Nullable Object[shape.keys().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = component(shape.keys().get(i), mapping, key);
                failed |= values[i] == FAILED;
            }
            return failed ? FAILED : make(shape, values, mapping, key);
        }
    }

    private boolean tellUnknown(RecordShape shape, Value.Mapping mapping, String key) {
        List<String> known = shape.keys().stream().map(RecordShape.Key::name).toList();
        boolean failed = false;
        for (Map.Entry<String, Value.Entry> entry : mapping.entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                List<String> free = new ArrayList<>(known);
                free.removeAll(mapping.entries().keySet());
                problems.add(
                        entry.getValue().keyPlace(),
                        Keys.child(key, entry.getKey()),
                        "unknown key " + Suggestion.expected(entry.getKey(), free));
                failed = true;
            }
        }
        return failed;
    }

    private @Nullable Object component(RecordShape.Key component, Value.Mapping mapping, String key) {
        String childKey = Keys.child(key, component.name());
        Value.Entry entry = mapping.entries().get(component.name());
        if (entry != null) {
            boolean empty = entry.value() instanceof Value.Scalar scalar && scalar.isNull();
            return empty && component.nullable()
                    ? null
                    : value(component.type(), component.component(), entry.value(), childKey);
        }
        if (component.defaultYaml() != null) {
            return defaultValue(component, component.defaultYaml(), mapping.place(), childKey);
        }
        Object absent = component.absent();
        if (absent == null && !component.nullable()) {
            problems.add(mapping.place(), childKey, "missing (expected: " + expectation(component) + ")");
            return FAILED;
        }
        return absent;
    }

    /** A default that cannot be read is its author's mistake, not the operator's. */
    private @Nullable Object defaultValue(RecordShape.Key component, String yaml, Place place, String key) {
        Problems own = new Problems();
        Value value = new YamlReader(own).read(yaml, "default of " + key);
        RecordBinder binder = new RecordBinder(environment, directory, own);
        Value given = value == null || yaml.isEmpty() ? new Value.Scalar(place, "", true) : value;
        Object bound = binder.value(component.type(), component.component(), given, key);
        if (!own.isEmpty()) {
            problems.add(
                    place,
                    key,
                    "its default cannot be used: " + own.list().getFirst().message());
            return FAILED;
        }
        return bound;
    }

    private Object make(RecordShape shape, @Nullable Object[] values, Value.Mapping mapping, String key) {
        try {
            return shape.make(values);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage();
            complain(shape, message == null ? cause.getClass().getSimpleName() : message, mapping, key);
            return FAILED;
        }
    }

    /** A record's own words; where they begin with the name of a key, told at that key. */
    private void complain(RecordShape shape, String message, Value.Mapping mapping, String key) {
        Set<String> secrets = Redaction.secretsIn(mapping, key, environment);
        int colon = message.indexOf(": ");
        String subject = colon < 0 ? "" : message.substring(0, colon);
        for (RecordShape.Key candidate : shape.keys()) {
            if (subject.equals(candidate.name())
                    || subject.equals(candidate.component())
                    || (subject + "s").equals(candidate.name())) {
                String childKey = Keys.child(key, candidate.name());
                problems.add(
                        mapping.placeOf(candidate.name()),
                        childKey,
                        Redaction.scrub(message.substring(colon + 2), secrets));
                return;
            }
        }
        problems.add(mapping.place(), key, Redaction.scrub(message, secrets));
    }

    private @Nullable Object untyped(Value value, String key) {
        switch (value) {
            case Value.Scalar scalar -> {
                String text = resolved(scalar, key);
                return text == null ? FAILED : ScalarType.untyped(scalar, text);
            }
            case Value.Sequence sequence -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (Value item : sequence.items()) {
                    items.add(untyped(item, key + "[" + items.size() + "]"));
                }
                return items.contains(FAILED) ? FAILED : Collections.unmodifiableList(items);
            }
            case Value.Mapping mapping -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                mapping.entries()
                        .forEach((name, entry) -> entries.put(name, untyped(entry.value(), Keys.child(key, name))));
                return entries.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(entries);
            }
        }
    }

    private Object unexpected(Value value, String key, String expectation) {
        problems.add(value.place(), key, Redaction.show(value, key) + " (expected: " + expectation + ")");
        return FAILED;
    }

    static String expectation(RecordShape.Key component) {
        Class<?> raw = RecordShape.raw(component.type());
        if (raw == List.class || raw == Set.class) {
            return "a list";
        }
        return raw == Map.class || raw.isRecord() ? "a mapping" : ScalarType.expectation(raw, component.component());
    }

    private static Type argument(Type type, int index) {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getActualTypeArguments()[index];
        }
        throw new IllegalStateException("type " + type + " (expected: with its type arguments)");
    }
}
