package dev.embergate.launcher.config;

import dev.embergate.engine.spi.Setting;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of a configuration record. */
public record RecordShape(Class<? extends Record> type, List<Key> keys) {
    /**
     * @param name as in YAML
     * @param component as in Java
     * @param defaultYaml what a missing key stands for; null for none
     * @param description an English sentence; empty where the author gave none
     */
    public record Key(
            String name,
            String component,
            Type type,
            boolean nullable,
            @Nullable String defaultYaml,
            String description) {

        /** Whether the key may be left out. */
        public boolean optional() {
            return nullable || defaultYaml != null || absent() != null;
        }

        /** What a missing key without a default of its own stands for; null for none. */
        @Nullable
        Object absent() {
            Class<?> raw = raw(type);
            if (raw == Optional.class) {
                return Optional.empty();
            } else if (raw == List.class) {
                return List.of();
            } else if (raw == java.util.Set.class) {
                return java.util.Set.of();
            } else if (raw == java.util.Map.class) {
                return java.util.Map.of();
            }
            return null;
        }
    }

    public static RecordShape of(Class<? extends Record> type) {
        List<Key> keys = new ArrayList<>();
        for (RecordComponent declared : type.getRecordComponents()) {
            Setting setting = declared.getAnnotation(Setting.class);
            String component = declared.getName();
            keys.add(new Key(
                    Keys.ofComponent(component),
                    component,
                    declared.getGenericType(),
                    declared.getAnnotatedType().isAnnotationPresent(Nullable.class),
                    setting == null || setting.defaultValue().equals(Setting.NONE) ? null : setting.defaultValue(),
                    setting == null ? "" : setting.value()));
        }
        return new RecordShape(type, List.copyOf(keys));
    }

    /** @throws InvocationTargetException with what the record's own checks threw */
    Record make(@Nullable Object[] values) throws InvocationTargetException {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("record " + type.getName() + " cannot be made", e);
        }
    }

    static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
            default ->
                throw new IllegalStateException("type " + type + " (expected: a class, List, Set, Map or Optional)");
        };
    }
}
