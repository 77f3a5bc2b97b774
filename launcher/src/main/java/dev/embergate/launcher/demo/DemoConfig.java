package dev.embergate.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The demo's configuration: a resource with the ports of this run filled in. */
final class DemoConfig {
    private DemoConfig() {}

    /** @return the file written, {@code config.yml} in that folder */
    static Path write(Path folder, int port, int adminPort, DemoServers servers) throws IOException {
        Path file = folder.resolve("config.yml");
        Files.createDirectories(folder);
        Files.writeString(file, filled(port, adminPort, servers));
        return file;
    }

    private static String filled(int port, int adminPort, DemoServers servers) throws IOException {
        Map<String, String> values = Map.of(
                "@port@", Integer.toString(port),
                "@admin-port@", Integer.toString(adminPort),
                "@emby@", servers.emby().origin().toString(),
                "@alist@", servers.alist().origin().toString(),
                "@alist-token@", DemoServers.ALIST_TOKEN);
        String text;
        try (InputStream in = DemoConfig.class.getResourceAsStream("config.yml")) {
            if (in == null) {
                throw new IOException("config.yml: missing from the program");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace(value.getKey(), value.getValue());
        }
        return text;
    }
}
