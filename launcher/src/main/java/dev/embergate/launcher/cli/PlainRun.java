package dev.embergate.launcher.cli;

import dev.embergate.launcher.setup.Overrides;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code run} with nothing but well-formed --config, --port and --data, without picocli: its 170 classes are too old for
 * the start-up archive, and cost the program half of its start. Whatever else there is, help and mistakes above all, is picocli's.
 */
final class PlainRun {
    private PlainRun() {}

    record Asked(Path config, Overrides overrides) {}

    /** Null where picocli has to look at it. */
    static @Nullable Asked read(String[] args, Map<String, String> environment) {
        if (args.length == 0 || !args[0].equals("run") || "true".equalsIgnoreCase(environment.get("EMBERGATE_DEBUG"))) {
            return null;
        }
        Map<String, String> said = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            String name = name(args[i]);
            if (name == null || i + 1 == args.length || !isPlain(args[i + 1]) || said.put(name, args[i + 1]) != null) {
                return null;
            }
        }
        for (String name : new String[] {"config", "port", "data"}) {
            String value = CommandLineProgram.fromEnvironment(name, environment);
            if (value != null && said.putIfAbsent(name, value) == null && !isPlain(value)) {
                return null;
            }
        }
        Integer port = null;
        String portText = said.get("port");
        if (portText != null) {
            if (!portText.matches("[0-9]{1,5}") || Integer.parseInt(portText) > 65535) {
                return null;
            }
            port = Integer.valueOf(portText);
        }
        String data = said.get("data");
        return new Asked(
                Path.of(said.getOrDefault("config", "config.yml")),
                new Overrides(
                        port,
                        data == null ? null : Path.of(data).toAbsolutePath().normalize()));
    }

    private static @Nullable String name(String option) {
        return switch (option) {
            case "-c", "--config" -> "config";
            case "-p", "--port" -> "port";
            case "-d", "--data" -> "data";
            default -> null;
        };
    }

    /** Nothing that picocli would read as anything but itself: options, files of arguments, quotes, variables. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "/._+:".indexOf(c) >= 0;
            if (!plain && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !value.isEmpty();
    }
}
