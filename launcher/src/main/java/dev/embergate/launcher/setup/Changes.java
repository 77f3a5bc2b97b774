package dev.embergate.launcher.setup;

import dev.embergate.launcher.config.Keys;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the keys of a configuration that changed but only take effect after a restart. */
final class Changes {
    /** What a reload itself puts into effect. */
    private static final Set<String> LIVE = Set.of("rules", "log");

    private Changes() {}

    static List<String> needingRestart(ConfigFile running, ConfigFile read) {
        List<String> keys = new ArrayList<>();
        compare("", running, read, keys);
        return keys;
    }

    private static void compare(String key, @Nullable Object before, @Nullable Object after, List<String> changed) {
        if (LIVE.contains(key) || Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Record a && after instanceof Record b && a.getClass() == b.getClass()) {
            for (RecordComponent component : a.getClass().getRecordComponents()) {
                String name = Keys.ofComponent(component.getName());
                compare(Keys.child(key, name), read(component, a), read(component, b), changed);
            }
        } else if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
            Set<String> names = new TreeSet<>();
            a.keySet().forEach(name -> names.add(String.valueOf(name)));
            b.keySet().forEach(name -> names.add(String.valueOf(name)));
            for (String name : names) {
                compare(Keys.child(key, name), a.get(name), b.get(name), changed);
            }
        } else {
            changed.add(key);
        }
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("record " + record.getClass().getName() + " cannot be read", e);
        }
    }
}
