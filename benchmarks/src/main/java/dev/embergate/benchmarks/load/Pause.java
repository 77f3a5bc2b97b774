package dev.embergate.benchmarks.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass where time is what is measured. */
final class Pause {
    private Pause() {}

    static void until(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    static void seconds(double seconds) {
        until(System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }
}
