package dev.embergate.launcher.config;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Keeps secrets out of problems. */
final class Redaction {
    static final String HIDDEN = "***";
    private static final int MAX_SHOWN = 80;

    private static final Set<String> SECRET_WORDS = Set.of(
            "token",
            "tokens",
            "password",
            "passwords",
            "passwd",
            "secret",
            "secrets",
            "key",
            "keys",
            "apikey",
            "cookie",
            "cookies",
            "auth",
            "authorization",
            "credential",
            "credentials",
            "sign");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern USER_INFO = Pattern.compile("//[^/?#\\s]*@");
    private static final Pattern QUERY_VALUE = Pattern.compile("([?&][^=&\\s]*=)[^&#\\s]+");

    private Redaction() {}

    /** Whether a dotted key names something secret anywhere on its way. */
    static boolean isSecret(String key) {
        for (String word : BETWEEN_WORDS.split(key.toLowerCase(Locale.ROOT))) {
            if (SECRET_WORDS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What a problem may show of a value: nothing of a secret, names instead of environment variables' contents, addresses
     * without user and query values.
     */
    static String show(Value value, String key) {
        return switch (value) {
            case Value.Mapping mapping -> mapping.entries().isEmpty() ? "an empty mapping" : "a mapping";
            case Value.Sequence sequence -> sequence.items().isEmpty() ? "an empty list" : "a list";
            case Value.Scalar scalar -> {
                if (scalar.isNull()) {
                    yield "empty";
                }
                // ${NAME} itself tells nothing, and is what the operator wrote.
                if (isSecret(key) && !scalar.text().matches("\\$\\{\\w+}")) {
                    yield HIDDEN;
                }
                yield '"' + shorten(withoutAddressSecrets(scalar.text())) + '"';
            }
        };
    }

    /** Takes out of a message, made by somebody else, what stands in secret or environment-borne values of a section. */
    static String scrub(String message, Set<String> secrets) {
        String scrubbed = withoutAddressSecrets(message);
        for (String secret : secrets) {
            scrubbed = scrubbed.replace(secret, HIDDEN);
        }
        return scrubbed;
    }

    /** The texts in a section that no message may repeat. */
    static Set<String> secretsIn(Value value, String key, java.util.Map<String, String> environment) {
        Set<String> secrets = new HashSet<>();
        collect(value, key, environment, secrets);
        return secrets;
    }

    private static void collect(
            Value value, String key, java.util.Map<String, String> environment, Set<String> secrets) {
        switch (value) {
            case Value.Mapping mapping ->
                mapping.entries()
                        .forEach((name, entry) -> collect(entry.value(), Keys.child(key, name), environment, secrets));
            case Value.Sequence sequence -> sequence.items().forEach(item -> collect(item, key, environment, secrets));
            case Value.Scalar scalar -> {
                boolean fromEnvironment = Interpolation.isIn(scalar.text());
                if (!scalar.isNull() && (fromEnvironment || isSecret(key))) {
                    try {
                        String text = Interpolation.resolve(scalar.text(), environment);
                        if (!text.isBlank()) {
                            secrets.add(text);
                        }
                    } catch (Interpolation.Unresolved e) {
                        // Told where the value is bound.
                    }
                }
            }
        }
    }

    private static String withoutAddressSecrets(String text) {
        String noUser = USER_INFO.matcher(text).replaceAll("//" + HIDDEN + "@");
        return QUERY_VALUE.matcher(noUser).replaceAll("$1" + HIDDEN);
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
    }
}
