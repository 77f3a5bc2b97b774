package dev.embergate.launcher.setup;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says instead of the file; null where it says nothing.
 *
 * @param port of the first listener
 */
public record Overrides(@Nullable Integer port, @Nullable Path data) {
    public static final Overrides NONE = new Overrides(null, null);
}
