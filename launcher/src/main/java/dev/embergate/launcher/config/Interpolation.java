package dev.embergate.launcher.config;

import java.util.Map;

/**
 * Puts environment variables into values. A dollar and a name in braces must be set; with {@code :-otherwise} after the name it
 * need not be, and an empty variable counts as unset, as in a shell. Two dollars before a brace stay one. What a variable holds
 * is not looked into again.
 */
final class Interpolation {
    private Interpolation() {}

    static boolean isIn(String text) {
        return text.contains("${");
    }

    /** @throws Unresolved with what to tell the operator; never holds what a variable holds */
    static String resolve(String text, Map<String, String> environment) throws Unresolved {
        int at = text.indexOf("${");
        if (at < 0) {
            return text;
        }
        StringBuilder resolved = new StringBuilder(text.length() + 32);
        int copied = 0;
        while (at >= 0) {
            if (at > copied && text.charAt(at - 1) == '$') {
                resolved.append(text, copied, at - 1).append("${");
                copied = at + 2;
            } else {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new Unresolved("${ without } (expected: ${NAME}, or $${ for the characters themselves)");
                }
                resolved.append(text, copied, at).append(lookUp(text.substring(at + 2, end), environment));
                copied = end + 1;
            }
            at = text.indexOf("${", copied);
        }
        return resolved.append(text, copied, text.length()).toString();
    }

    private static String lookUp(String expression, Map<String, String> environment) throws Unresolved {
        int otherwise = expression.indexOf(":-");
        String name = otherwise < 0 ? expression : expression.substring(0, otherwise);
        if (!isName(name)) {
            throw new Unresolved("${" + expression
                    + "} (expected: letters, digits and _ between the braces, or $${ for the characters themselves)");
        }
        String value = environment.get(name);
        if (otherwise >= 0) {
            return value == null || value.isEmpty() ? expression.substring(otherwise + 2) : value;
        }
        if (value == null) {
            throw new Unresolved(
                    "${" + name + "} is not set (expected: that environment variable, or ${" + name + ":-a default})");
        }
        return value;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** A value that names a variable which is not there, or names it wrongly. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1;

        Unresolved(String message) {
            super(message, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }
}
