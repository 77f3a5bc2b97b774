package dev.embergate.launcher.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo keeps its files.
 *
 * @param temporary whether it goes away with the demo
 */
record DemoFolder(Path path, boolean temporary) implements AutoCloseable {

    /**
     * @param wanted null for a temporary one; otherwise {@code demo} below it, where neither a configuration nor rule files of
     *     the visitor's own are met
     */
    static DemoFolder open(@Nullable Path wanted) throws IOException {
        return wanted == null
                ? new DemoFolder(Files.createTempDirectory("embergate-demo-"), true)
                : new DemoFolder(
                        Files.createDirectories(
                                wanted.resolve("demo").toAbsolutePath().normalize()),
                        false);
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
