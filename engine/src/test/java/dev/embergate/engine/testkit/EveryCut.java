package dev.embergate.engine.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Feeds a message in all the ways a network could cut it: whole, in two at every place, octet by octet, and a few times in
 * random pieces (always the same ones). What is tested must come to the same result each time.
 */
public final class EveryCut {
    private static final int RANDOM_CUTS = 8;

    private EveryCut() {}

    /** Calls {@code check} once for each way of cutting; a failure tells which way it was. */
    public static void of(byte[] message, Consumer<List<byte[]>> check) {
        run("whole", List.of(message), check);
        for (int at = 1; at < message.length; at++) {
            byte[] head = Arrays.copyOfRange(message, 0, at);
            byte[] tail = Arrays.copyOfRange(message, at, message.length);
            run("in two at " + at, List.of(head, tail), check);
        }
        run("octet by octet", pieces(message, 1, 1, new SplittableRandom(0)), check);
        for (int seed = 1; seed <= RANDOM_CUTS; seed++) {
            run("random pieces, seed " + seed, pieces(message, 1, 9, new SplittableRandom(seed)), check);
        }
    }

    private static List<byte[]> pieces(byte[] message, int least, int most, SplittableRandom random) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < message.length; ) {
            int end = Math.min(message.length, at + random.nextInt(least, most + 1));
            pieces.add(Arrays.copyOfRange(message, at, end));
            at = end;
        }
        return pieces;
    }

    private static void run(String way, List<byte[]> pieces, Consumer<List<byte[]>> check) {
        try {
            check.accept(pieces);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("cut " + way + ": " + failure.getMessage(), failure);
        }
    }
}
