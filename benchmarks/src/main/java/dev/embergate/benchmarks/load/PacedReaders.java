package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Players of films: each takes a body of 1 GiB at the same steady rate. One thread for all, who calls. */
final class PacedReaders implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<NativeSocket> readers = new ArrayList<>();
    private final long bytesPerSecond;

    PacedReaders(int port, int count, long bytesPerSecond) throws IOException {
        this.bytesPerSecond = bytesPerSecond;
        try {
            for (int i = 0; i < count; i++) {
                NativeSocket reader = NativeSocket.connect(port);
                readers.add(reader);
                reader.get(Workshop.LARGE);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Reads for so long; says how many bytes came. */
    long read(long nanos) throws IOException {
        long[] received = new long[readers.size()];
        long began = System.nanoTime();
        for (long now = began; now - began < nanos; now = System.nanoTime()) {
            long due = (now - began) * bytesPerSecond / TimeUnit.SECONDS.toNanos(1);
            for (int i = 0; i < received.length; i++) {
                if (due > received[i]) {
                    long count = readers.get(i).dropWhatIsThere(due - received[i]);
                    if (count < 0) {
                        throw new IOException("body: ended (expected: 1 GiB)");
                    }
                    received[i] += count;
                }
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        return Arrays.stream(received).sum();
    }

    @Override
    public void close() {
        readers.forEach(NativeSocket::close);
    }
}
