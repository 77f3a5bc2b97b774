package dev.embergate.launcher.config;

import java.util.Locale;

/** Names of Java and names of YAML: {@code firstByteTimeout} is {@code first-byte-timeout}. */
public final class Keys {
    private Keys() {}

    /** The key of a record component. A trailing underscore, for names that are words of Java, is dropped. */
    public static String ofComponent(String name) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                if (i < name.length() - 1) {
                    key.append('-');
                }
                continue;
            }
            boolean wordBegins = Character.isUpperCase(c)
                    && i > 0
                    && (!Character.isUpperCase(name.charAt(i - 1))
                            || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
            if (wordBegins && key.length() > 0 && key.charAt(key.length() - 1) != '-') {
                key.append('-');
            }
            key.append(Character.toLowerCase(c));
        }
        return key.toString();
    }

    public static String ofConstant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The dotted key of a part of a mapping. */
    public static String child(String parent, String name) {
        if (!isPlain(name)) {
            return parent + "[\"" + name + "\"]";
        }
        return parent.isEmpty() ? name : parent + "." + name;
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '-' && c != '_') {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
