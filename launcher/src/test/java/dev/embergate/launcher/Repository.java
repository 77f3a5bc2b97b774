package dev.embergate.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checked-out sources, for tests that read them. */
final class Repository {
    static final List<String> MODULES = List.of("engine", "rules", "admin", "launcher", "benchmarks");

    private Repository() {}

    /** Surefire says where the module lies; an IDE starts in the module or above it. */
    static Path root() {
        Path at = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        while (at != null && !Files.isRegularFile(at.resolve("engine/pom.xml"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("repository: not found above " + System.getProperty("basedir")
                    + " (expected: a folder with engine/pom.xml)");
        }
        return at;
    }

    /** All Java files below {@code MODULE/src/part}, of all modules or one. */
    static List<Path> javaFiles(String part, List<String> modules) {
        return modules.stream()
                .map(module -> root().resolve(module).resolve("src").resolve(part))
                .filter(Files::isDirectory)
                .flatMap(Repository::walk)
                .filter(file -> file.toString().endsWith(".java"))
                .sorted()
                .toList();
    }

    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
