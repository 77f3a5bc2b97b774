package dev.embergate.engine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * What fuzz targets share. A target is a test class with a method {@code fuzzerTestOneInput(byte[])} and one {@code seeds()}: as
 * a test it replays its seeds, and {@code .ci/fuzz} has a fuzzer go on from them. An input that once failed is a file in
 * {@code fuzz/} and the target's name, among the test resources, and is a seed from then on.
 */
@NullMarked
public final class FuzzInputs {
    private FuzzInputs() {}

    /** Inputs kept for that target, in the order of their names. */
    public static Stream<byte[]> stored(Class<?> target) {
        URL folder = target.getResource("/fuzz/" + target.getSimpleName());
        if (folder == null) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The input in pieces; the same ones for the same input, so that a failure can be repeated. */
    public static List<byte[]> cut(byte[] input) {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(input));
        int longest = 1 << random.nextInt(1, 7);
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < input.length; ) {
            int to = Math.min(input.length, from + random.nextInt(1, longest + 1));
            pieces.add(Arrays.copyOfRange(input, from, to));
            from = to;
        }
        return pieces;
    }

    /** Arguments: the class name of a target, and a folder that gets a file for each of its seeds. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[1]));
        Method seeds = Class.forName(args[0]).getDeclaredMethod("seeds");
        seeds.setAccessible(true);
        int count = 0;
        for (Object seed : ((Stream<?>) seeds.invoke(null)).toList()) {
            Files.write(folder.resolve("seed-" + count++), (byte[]) seed);
        }
    }
}
