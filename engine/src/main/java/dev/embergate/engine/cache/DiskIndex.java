package dev.embergate.engine.cache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which files hold the answers of a key, least recently used first; bounded by bytes of files and by number of keys. Thread-safe;
 * its lock is only held for moments and never while a file is touched: what must go is handed back, to be deleted elsewhere.
 */
final class DiskIndex {
    /** Some 300 bytes of heap each. */
    static final int MAX_FILES = 65_536;

    /**
     * One kept answer: enough to know whether it fits a request.
     *
     * @param asked when it was, as {@link AnswerCache#epoch}; 0 for one of an earlier run, where only the clock tells
     */
    record Located(String file, long size, List<String> vary, String selecting, long responseMillis, long asked) {
        boolean isNoLaterThan(Located other) {
            return asked == other.asked ? responseMillis <= other.responseMillis : asked < other.asked;
        }

        boolean isSameVariant(Located other) {
            return vary.equals(other.vary) && selecting.equals(other.selecting);
        }
    }

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, List<Located>> groups = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /** Of files that are being written, which cannot be evicted. */
    private long writing;

    private int files;

    DiskIndex(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What may be written at a time, so that unfinished answers push out no more than that of what is kept. */
    static long maxWriting(long maxBytes) {
        return maxBytes / 4;
    }

    /** Counts as a use. */
    List<Located> group(String key) {
        lock.lock();
        try {
            return groups.getOrDefault(key, List.of());
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes + writing;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for bytes that are about to be written; null when too many are being written already. */
    @Nullable
    List<Located> reserve(long count) {
        lock.lock();
        try {
            if (writing + count > maxWriting(maxBytes)) {
                return null;
            }
            writing += count;
            return evict();
        } finally {
            lock.unlock();
        }
    }

    void release(long count) {
        lock.lock();
        try {
            writing -= count;
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #put} leaves to be deleted. */
    record Put(boolean added, List<Located> replaced, List<Located> evicted) {}

    /**
     * Adds a file whose bytes are reserved; a later answer of the same variant wins.
     *
     * @param still asked under the lock: when false it is not added, and its bytes are given back
     */
    Put put(String key, Located located, BooleanSupplier still) {
        lock.lock();
        try {
            writing -= located.size;
            return add(key, located, still);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #put}, of a file that was there at the start. */
    Put adopt(String key, Located located, BooleanSupplier still) {
        lock.lock();
        try {
            return add(key, located, still);
        } finally {
            lock.unlock();
        }
    }

    private Put add(String key, Located located, BooleanSupplier still) {
        List<Located> group = groups.getOrDefault(key, List.of());
        List<Located> next = new ArrayList<>(group);
        List<Located> replaced = new ArrayList<>();
        boolean later = still.getAsBoolean();
        for (Located other : group) {
            if (other.isSameVariant(located)) {
                later &= other.isNoLaterThan(located);
                replaced.add(other);
            }
        }
        if (!later) {
            return new Put(false, List.of(), List.of());
        }
        next.removeAll(replaced);
        if (next.size() >= MemoryStore.MAX_VARIANTS) {
            replaced.add(next.removeFirst());
        }
        next.add(located);
        forget(replaced);
        files++;
        bytes += located.size;
        groups.put(key, List.copyOf(next));
        return new Put(true, replaced, evict());
    }

    List<Located> remove(String key) {
        lock.lock();
        try {
            List<Located> gone = groups.remove(key);
            if (gone == null) {
                return List.of();
            }
            forget(gone);
            return gone;
        } finally {
            lock.unlock();
        }
    }

    /** False when it was not there any more. */
    boolean remove(String key, Located located) {
        lock.lock();
        try {
            List<Located> group = groups.get(key);
            if (group == null || !group.contains(located)) {
                return false;
            }
            List<Located> next = new ArrayList<>(group);
            next.remove(located);
            if (next.isEmpty()) {
                groups.remove(key);
            } else {
                groups.put(key, List.copyOf(next));
            }
            forget(List.of(located));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void forget(List<Located> gone) {
        for (Located located : gone) {
            bytes -= located.size;
            files--;
        }
    }

    private List<Located> evict() {
        List<Located> evicted = new ArrayList<>();
        while ((bytes + writing > maxBytes || files > MAX_FILES) && !groups.isEmpty()) {
            Map.Entry<String, List<Located>> eldest = groups.firstEntry();
            groups.remove(eldest.getKey());
            forget(eldest.getValue());
            evicted.addAll(eldest.getValue());
        }
        return evicted;
    }
}
