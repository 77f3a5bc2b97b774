package dev.embergate.engine.cache;

import dev.embergate.engine.cache.DiskIndex.Located;
import dev.embergate.engine.decode.BodyFraming;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.telemetry.CacheMeters;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All kept answers of one engine: the door of this package. Thread-safe, for every loop; nothing here blocks one. Small answers
 * lie in memory, and on disk besides when there is one; large ones lie on disk only, with their heads in memory.
 */
public final class AnswerCache implements AutoCloseable {
    private static final int EPOCHS = 4096;
    private static final long MAX_SMALL_BYTES = DiskFill.MAX_QUEUED_BYTES;
    private static final long MIN_BUDGET_BYTES = 8 << 20;

    private final MemoryStore memory;
    private final @Nullable DiskStore disk;
    private final CacheMeters meters;
    private final FillBudget budget;
    private final Flights flights = new Flights();
    private final long smallBytes;
    private final long largestBytes;
    private final LongSupplier clock;

    private final AtomicLong sequence = new AtomicLong();

    /** The sequence at the last invalidation of a key that falls there: what was asked for before is not kept after. */
    private final AtomicLongArray epochs = new AtomicLongArray(EPOCHS);

    private AnswerCache(
            long memoryBytes, @Nullable DiskStore disk, long diskBytes, CacheMeters meters, LongSupplier clock) {
        this.memory = new MemoryStore(memoryBytes, meters);
        this.disk = disk;
        this.meters = meters;
        this.budget = new FillBudget(Math.max(MIN_BUDGET_BYTES, memoryBytes / 2));
        this.smallBytes = Math.min(memoryBytes / 8, MAX_SMALL_BYTES);
        this.largestBytes = Math.max(smallBytes, disk == null ? 0 : DiskIndex.maxWriting(diskBytes));
        this.clock = clock;
        meters.bytes(memory::bytes, () -> disk == null ? 0 : disk.bytes());
    }

    /**
     * Opens the folder, whose files are looked through in the background.
     *
     * @param diskBytes 0 for no disk; the folder is not touched then
     * @throws java.io.UncheckedIOException when the folder cannot be used, or is another process's
     */
    public static AnswerCache open(long memoryBytes, long diskBytes, Path folder, CacheMeters meters) {
        return open(memoryBytes, diskBytes, folder, meters, new EntryFiles(), System::currentTimeMillis);
    }

    static AnswerCache open(
            long memoryBytes, long diskBytes, Path folder, CacheMeters meters, EntryFiles files, LongSupplier clock) {
        DiskStore disk = diskBytes == 0 ? null : DiskStore.open(folder, diskBytes, files, meters);
        return new AnswerCache(memoryBytes, disk, diskBytes, meters, clock);
    }

    public Flights flights() {
        return flights;
    }

    public CacheMeters meters() {
        return meters;
    }

    /** Milliseconds since 1970. */
    public long now() {
        return clock.getAsLong();
    }

    /** Whether it tells who asks, so that its answer may be no answer to others. */
    public static boolean isPersonal(SentRequest request, Caching caching) {
        return request.has("Authorization") || request.hasCredentials(caching);
    }

    FillBudget budget() {
        return budget;
    }

    /** Bodies up to this lie in memory. */
    long smallBytes() {
        return smallBytes;
    }

    @Nullable
    DiskStore disk() {
        return disk;
    }

    long memoryBytes() {
        return memory.bytes();
    }

    // ---- looking

    /** What is kept for a request. */
    public sealed interface Found {
        record Nothing() implements Found {}

        record Here(Stored stored) implements Found {}

        /**
         * To be had with {@link AnswerCache#load}.
         *
         * @param epoch of the key before it was found
         */
        record OnDisk(Located located, long epoch) implements Found {}
    }

    private static final Found NOTHING = new Found.Nothing();

    /** Of several that fit, the one that was made last (RFC 9111 section 4.1). */
    public Found find(String key, SentRequest request) {
        Stored best = null;
        for (MemoryStore.Held held : memory.group(key)) {
            Stored stored = held.stored();
            if (fits(stored.vary(), stored.selecting(), request) && (best == null || best.date() <= stored.date())) {
                best = stored;
            }
        }
        DiskStore store = disk;
        long epoch = epochs.get(slot(key));
        List<Located> located = store == null ? List.of() : store.group(key); // also tells the disk that it is used
        if (best != null) {
            return new Found.Here(best);
        }
        Located latest = null;
        for (Located each : located) {
            if (fits(each.vary(), each.selecting(), request)
                    && (latest == null || latest.responseMillis() <= each.responseMillis())) {
                latest = each;
            }
        }
        return latest == null ? NOTHING : new Found.OnDisk(latest, epoch);
    }

    private static boolean fits(List<String> vary, String selecting, SentRequest request) {
        return vary.isEmpty() || selecting.equals(Selecting.fingerprint(vary, request));
    }

    /** Reads it off the loop; {@code then} is called on the loop, with null when it could not be read. */
    public void load(String key, Found.OnDisk found, Executor loop, Consumer<@Nullable Stored> then) {
        DiskStore store = disk;
        Located located = found.located();
        offLoop(loop, () -> {
            Stored read = store == null ? null : store.read(key, located, smallBytes);
            if (read != null) {
                memory.put(key, read, located.asked(), () -> epochs.get(slot(key)) == found.epoch());
            }
            return () -> then.accept(read);
        });
    }

    /** Opens a body off the loop; {@code then} is called on the loop and owns the file, null when it is gone. */
    public void open(KeptBody.Disk body, Executor loop, Consumer<@Nullable FileChannel> then) {
        DiskStore store = disk;
        Thread.ofVirtual().name("embergate-cache-open").start(() -> {
            FileChannel file = null;
            try {
                file = store == null ? null : store.open(body);
            } catch (IOException e) {
                file = null; // evicted meanwhile, or no handles left: the upstream is asked
            }
            FileChannel opened = file;
            try {
                loop.execute(() -> then.accept(opened));
            } catch (RejectedExecutionException e) {
                EntryFiles.closeQuietly(opened);
            }
        });
    }

    private interface Work {
        Runnable run();
    }

    private static void offLoop(Executor loop, Work work) {
        Thread.ofVirtual().name("embergate-cache-read").start(() -> {
            Runnable then = work.run();
            try {
                loop.execute(then);
            } catch (RejectedExecutionException e) {
                // The loop has stopped, and with it whoever waited.
            }
        });
    }

    // ---- keeping

    /**
     * To be taken and remembered when a request goes upstream: each is larger than those before. Of two answers the one asked
     * for later stays, and what is invalidated after that is not kept.
     */
    public long epoch(String key) {
        return sequence.incrementAndGet();
    }

    private static int slot(String key) {
        return Math.floorMod(key.hashCode(), EPOCHS);
    }

    private BooleanSupplier still(String key, long epoch) {
        return () -> epochs.get(slot(key)) < epoch;
    }

    /** Fields of an answer as they came, less those for one hop. */
    private static Headers endToEnd(ParsedResponse head) {
        List<Headers.Field> fields = new ArrayList<>(head.fieldCount());
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!StoredHead.stops(head, i)) {
                fields.add(new Headers.Field(head.fieldNameText(i), head.fieldValue(i)));
            }
        }
        return Headers.of(fields);
    }

    /** That head as it would be kept; null when it holds what could not be sent again. */
    public static @Nullable StoredHead headOf(ParsedResponse head, long responseMillis) {
        try {
            return StoredHead.of(head, responseMillis);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Begins to keep an answer to a GET; null when it may not be kept, or there is no place for it. An answer whose end only a
     * close tells is never kept: nobody can say whether it is whole (RFC 9111 section 3.3).
     *
     * @param epoch of the moment the request went upstream
     */
    public @Nullable Fill begin(
            String key, SentRequest request, ParsedResponse head, long requestMillis, Caching caching, long epoch) {
        long most = Math.min(caching.maxEntryBytes(), largestBytes);
        if (head.framing() == BodyFraming.UNTIL_CLOSE || head.contentLength() > most) {
            return null;
        }
        Stored stored;
        try {
            Headers received = endToEnd(head);
            List<String> vary = Selecting.names(received);
            if (vary == null) {
                return null;
            }
            long now = now();
            stored = new Stored(
                    StoredHead.of(head.status(), received, 0, now),
                    vary,
                    Selecting.fingerprint(vary, request),
                    requestMillis,
                    now,
                    KeptBody.Memory.EMPTY);
            if (!Storability.mayBeKept(request, received, stored, caching)) {
                return null;
            }
        } catch (IllegalArgumentException e) {
            return null; // a field that could not be sent again
        }
        long announced = head.framing() == BodyFraming.CHUNKED ? -1 : Math.max(0, head.contentLength());
        if (announced > smallBytes && (disk == null || !disk.isOn())) {
            return null;
        }
        return new Fill(this, key, stored, most, epoch, announced);
    }

    void keepSmall(String key, Stored stored, long epoch) {
        if (memory.put(key, stored, epoch, still(key, epoch))) {
            meters.stored(CacheMeters.Store.MEMORY);
        }
        if (stored.body() instanceof KeptBody.Memory body) {
            copyToDisk(key, stored, body, epoch);
        }
    }

    /** Not when too much waits for the disk already: the entry is in memory. */
    private void copyToDisk(String key, Stored stored, KeptBody.Memory body, long epoch) {
        if (disk == null || !budget.take(body.length())) {
            return;
        }
        long taken = body.length();
        DiskFill writer = toDisk(key, stored, epoch, true);
        if (writer == null) {
            budget.give(taken);
            return;
        }
        for (byte[] chunk : body.chunks()) {
            taken -= chunk.length;
            if (!writer.add(chunk, chunk.length, chunk.length)) {
                budget.give(taken);
                writer.abandon();
                return;
            }
        }
        writer.finish(body.length(), written -> {});
    }

    /**
     * Null when there is no disk, or it is off.
     *
     * @param inMemory whether the whole answer lies there besides; else its head is put there once it is written
     */
    @Nullable
    DiskFill toDisk(String key, Stored stored, long epoch, boolean inMemory) {
        DiskStore store = disk;
        if (store == null || !store.isOn()) {
            return null;
        }
        return new DiskFill(store, budget, key, stored, epoch, still(key, epoch), written -> {
            if (!inMemory) {
                memory.put(key, written, epoch, still(key, epoch)); // its head only
            }
        });
    }

    /**
     * A kept answer was said to be the same still, or is of no use any more when its new head says so. Nothing happens when
     * there is another answer by now. The disk is not written again: after a restart it is asked about once more.
     *
     * @param was the very one that was asked about
     */
    public void freshen(String key, Stored was, Stored freshened, long epoch) {
        if (!Freshening.mayStay(freshened)) {
            drop(key, freshened);
            return;
        }
        MemoryStore.Held held = memory.freshen(key, was, freshened, epoch, still(key, epoch));
        if (held != null
                && freshened.body() instanceof KeptBody.Memory body
                && !isOnDisk(key, freshened, held.bodyAsked())) {
            copyToDisk(key, freshened, body, epoch);
        }
    }

    private boolean isOnDisk(String key, Stored stored, long bodyAsked) {
        DiskStore store = disk;
        if (store != null) {
            for (Located located : store.group(key)) {
                if (isVariant(located, stored) && located.asked() >= bodyAsked) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isVariant(Located located, Stored stored) {
        return located.vary().equals(stored.vary()) && located.selecting().equals(stored.selecting());
    }

    /** That answer is not right any more; nor is what was asked for before now. */
    public void drop(String key, Stored stored) {
        outdate(key);
        memory.remove(key, stored);
        DiskStore store = disk;
        if (store != null) {
            for (Located located : store.group(key)) {
                if (isVariant(located, stored)) {
                    store.remove(key, located);
                }
            }
        }
        outdate(key); // once more: what a reader found while this went on is not put into memory
    }

    private void outdate(String key) {
        epochs.accumulateAndGet(slot(key), sequence.incrementAndGet(), Math::max);
    }

    /** Nothing kept under that key is given any more, nor what is on its way now (RFC 9111 section 4.4). */
    public void invalidate(String key) {
        outdate(key);
        memory.remove(key);
        DiskStore store = disk;
        if (store != null) {
            store.remove(key);
        }
        outdate(key); // as above
    }

    @Override
    public void close() {
        DiskStore store = disk;
        if (store != null) {
            store.close();
        }
    }
}
