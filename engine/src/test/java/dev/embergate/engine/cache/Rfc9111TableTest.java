package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of RFC 9111 names tests: they must be there. */
class Rfc9111TableTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");

    @Test
    void everyTestThatTheTableNamesExists() throws IOException {
        String table = Files.readString(Path.of("../docs/rfc9111.md"));
        Matcher named = NAMED.matcher(table);
        List<String> missing = new ArrayList<>();
        int count = 0;
        while (named.find()) {
            count++;
            if (!exists(named.group(1), named.group(2))) {
                missing.add(named.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(50);
        assertThat(exists("StorabilityTest", "noSuchTest")).isFalse();
    }

    @Test
    void everyRowNamesATest() throws IOException {
        List<String> bare = Files.readAllLines(Path.of("../docs/rfc9111.md")).stream()
                .filter(line -> line.startsWith("| ") && Character.isDigit(line.charAt(2)))
                .filter(line -> !NAMED.matcher(line).find())
                .toList();
        assertThat(bare).isEmpty();
    }

    private static boolean exists(String type, String method) {
        for (String room : List.of("cache", "wire")) {
            try {
                Class<?> found = Class.forName("dev.embergate.engine." + room + "." + type);
                for (Method each : found.getDeclaredMethods()) {
                    if (each.getName().equals(method)) {
                        return true;
                    }
                }
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        return false;
    }
}
