package dev.embergate.engine.cache;

import dev.embergate.engine.cache.DiskIndex.Located;
import dev.embergate.engine.telemetry.CacheMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kept answers on disk: a file each, written aside and renamed when it is whole, so that a process that is killed leaves whole
 * ones, or leftovers that the next start removes. The folder is one process's, held by a lock; files with
 * other names than ours, links and folders in it are left alone.
 *
 * <p>Thread-safe. {@link #group}, {@link #isOn} and the removals may be called on a loop; the rest blocks and is for virtual
 * threads. What is in the folder at the start is checked in the background, body by body, and found from then on.
 *
 * <p>When a file cannot be written (the disk is full) nothing more is for {@link #OFF_SECONDS}; what is kept already is given.
 */
final class DiskStore implements AutoCloseable {
    static final long OFF_SECONDS = 60;

    /** More invalidations than this before the folder is looked through, and none of what was there counts. */
    static final int MAX_GONE = 10_000;

    /** An answer of an earlier run that is further in the future would never grow old. */
    private static final long MAX_AHEAD_MILLIS = 60_000;

    private static final Logger log = LoggerFactory.getLogger(DiskStore.class);
    /** Nothing else in the folder is read or deleted. */
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{1,16}-[0-9]{1,19}-[0-9]{1,19}\\.(kept|part)");

    private static final String WHOLE = ".kept";
    private static final String PART = ".part";

    private final Path folder;
    private final EntryFiles files;
    private final CacheMeters meters;
    private final DiskIndex index;
    private final FileChannel lockFile;
    private final AtomicLong sequence = new AtomicLong();
    private final String run = Long.toHexString(System.currentTimeMillis()) + "-"
            + ProcessHandle.current().pid();
    private final CountDownLatch checked = new CountDownLatch(1);
    private final AtomicBoolean troubled = new AtomicBoolean();
    private volatile long offUntil = System.nanoTime();
    private volatile boolean closed;

    /** Keys that were invalidated while older files of theirs may not have been looked at; null when all have been. */
    private volatile @Nullable Set<String> goneMeanwhile = ConcurrentHashMap.newKeySet();

    private DiskStore(Path folder, EntryFiles files, long maxBytes, CacheMeters meters, FileChannel lockFile) {
        this.folder = folder;
        this.files = files;
        this.meters = meters;
        this.index = new DiskIndex(maxBytes);
        this.lockFile = lockFile;
    }

    /** @throws UncheckedIOException when the folder cannot be used or is another process's */
    static DiskStore open(Path folder, long maxBytes, EntryFiles files, CacheMeters meters) {
        FileChannel lockFile = null;
        try {
            makeFolder(folder);
            lockFile = FileChannel.open(
                    folder.resolve("lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
        } catch (OverlappingFileLockException e) {
            EntryFiles.closeQuietly(lockFile);
            String why = "cache.folder: " + folder + ": in use (expected: a folder for this process alone)";
            throw new UncheckedIOException(why, new IOException(e));
        } catch (IOException e) {
            EntryFiles.closeQuietly(lockFile);
            String why = "cache.folder: " + folder + ": " + e + " (expected: a folder this process may write to)";
            throw new UncheckedIOException(why, e);
        }
        DiskStore store = new DiskStore(folder, files, maxBytes, meters, lockFile);
        Thread.ofVirtual().name("embergate-cache-check").start(store::check);
        return store;
    }

    private static void makeFolder(Path folder) throws IOException {
        boolean posix = Files.getFileStore(existing(folder)).supportsFileAttributeView("posix");
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder);
            if (posix) { // never of a folder somebody else made
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    private static Path existing(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    // ---- the start

    private void check() {
        int found = 0;
        try {
            for (Path file : leftByEarlierRuns()) {
                if (closed) {
                    return;
                }
                found += check(file) ? 1 : 0;
            }
            log.debug("cache: {} answers found in {}", found, folder);
        } catch (IOException e) {
            log.warn(
                    "cache.folder: {}: not readable: {} (expected: a folder this process may read)",
                    folder,
                    e.toString());
        } finally {
            goneMeanwhile = null;
            checked.countDown();
        }
    }

    /** Those written last come last, so that they are evicted last. */
    private List<Path> leftByEarlierRuns() throws IOException {
        record Dated(Path file, long millis) {}
        List<Dated> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (OURS.matcher(name).matches()
                        && !name.startsWith(run + "-")
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    long millis = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                            .toMillis();
                    found.add(new Dated(file, millis));
                }
            }
        }
        found.sort(Comparator.comparingLong(Dated::millis));
        return found.stream().map(Dated::file).toList();
    }

    /** False when it was no whole entry, or an outdated one, and is gone. */
    private boolean check(Path file) {
        if (file.toString().endsWith(PART)) {
            files.delete(file);
            return false;
        }
        try (FileChannel channel = files.read(file)) {
            EntryFile.Entry entry = EntryFile.read(channel, file);
            if (EntryFile.isBodyWhole(channel, entry)) {
                long size = channel.size();
                if (entry.stored().responseMillis() > System.currentTimeMillis() + MAX_AHEAD_MILLIS) {
                    throw new IOException("an answer of the future (expected: the clock not to go back)");
                }
                Set<String> gone = goneMeanwhile;
                BooleanSupplier still = () -> gone == null || (!gone.contains(entry.key()) && gone.size() < MAX_GONE);
                Located located = located(file, size, entry.stored(), 0);
                return added(located, index.adopt(entry.key(), located, still));
            }
            log.debug("{}: dropped: the body is damaged", file);
        } catch (IOException e) {
            log.debug("{}: dropped: {}", file, e.toString());
        }
        files.delete(file);
        return false;
    }

    /** For tests: whether all that was there has been looked at. */
    boolean awaitChecked(long seconds) throws InterruptedException {
        return checked.await(seconds, TimeUnit.SECONDS);
    }

    // ---- looking

    List<Located> group(String key) {
        return index.group(key);
    }

    long bytes() {
        return index.bytes();
    }

    /** Whether files may be written now. */
    boolean isOn() {
        return !closed && System.nanoTime() - offUntil >= 0;
    }

    /**
     * Reads one answer, and its body too when that is no longer than {@code wholeBytes}; null when it cannot be, and then it is
     * forgotten unless files as such cannot be opened now.
     */
    @Nullable
    Stored read(String key, Located located, long wholeBytes) {
        Path file = folder.resolve(located.file());
        try (FileChannel channel = files.read(file)) {
            EntryFile.Entry entry = EntryFile.read(channel, file);
            if (!entry.key().equals(key)) {
                throw new IOException("another key (expected: the one it was found under)");
            }
            long length = entry.stored().body().length();
            if (length > wholeBytes) {
                return entry.stored();
            }
            if (!EntryFile.isBodyWhole(channel, entry)) {
                throw new IOException("body: damaged (expected: its sum)");
            }
            return entry.stored().with(inMemory(channel, entry.bodyOffset(), length));
        } catch (IOException e) {
            log.debug("{}: not given: {}", file, e.toString());
            if (!(e instanceof FileSystemException) || e instanceof NoSuchFileException) {
                remove(key, located); // else there are no file handles left, which says nothing of the file
            }
            return null;
        }
    }

    private static KeptBody.Memory inMemory(FileChannel channel, long offset, long length) throws IOException {
        int size = dev.embergate.engine.encode.KeptReplies.CHUNK_BYTES;
        byte[][] chunks = new byte[(int) Math.ceilDiv(length, size)][];
        for (int i = 0; i < chunks.length; i++) {
            long from = (long) i * size;
            chunks[i] = EntryFile.exactly(channel, offset + from, (int) Math.min(size, length - from))
                    .array();
        }
        return new KeptBody.Memory(chunks, length);
    }

    /** @throws IOException when it is gone */
    FileChannel open(KeptBody.Disk body) throws IOException {
        return files.read(body.file());
    }

    // ---- keeping

    /** @throws IOException as any of the writing's; the writing is abandoned then */
    DiskWriting begin(String key, Stored stored) throws IOException {
        return new DiskWriting(this, folder.resolve(run + "-" + sequence.incrementAndGet() + PART), key, stored);
    }

    EntryFiles files() {
        return files;
    }

    /** @throws NoRoomException when too much is being written already */
    void reserve(long count) throws NoRoomException {
        List<Located> evicted = index.reserve(count);
        if (evicted == null) {
            throw new NoRoomException();
        }
        deleteNow(evicted);
    }

    /** Says nothing of the disk: only this one answer is not kept. */
    static final class NoRoomException extends IOException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        NoRoomException() {
            super("too many bytes on their way to disk (expected: a quarter of cache.disk-bytes)");
        }
    }

    void release(long count) {
        index.release(count);
    }

    /** The whole file takes its name and is found from now on; null when it was outdated by then. */
    KeptBody.@Nullable Disk written(
            DiskWriting writing, String key, Stored stored, long size, long asked, BooleanSupplier still)
            throws IOException {
        String part = writing.file().getFileName().toString();
        Path whole = folder.resolve(part.substring(0, part.length() - PART.length()) + WHOLE);
        files.rename(writing.file(), whole);
        if (troubled.getAndSet(false)) {
            log.info("cache.folder: {}: written to again", folder);
        }
        Located located = located(whole, size, stored, asked);
        if (!added(located, index.put(key, located, still))) {
            return null;
        }
        meters.stored(CacheMeters.Store.DISK);
        long bodyLength = stored.head().length();
        return new KeptBody.Disk(whole, size - EntryFile.TRAILER_BYTES - bodyLength, bodyLength);
    }

    private static Located located(Path file, long size, Stored stored, long asked) {
        return new Located(
                file.getFileName().toString(), size, stored.vary(), stored.selecting(), stored.responseMillis(), asked);
    }

    private boolean added(Located located, DiskIndex.Put put) {
        if (!put.added()) {
            files.delete(folder.resolve(located.file()));
            return false;
        }
        for (Located replaced : put.replaced()) {
            files.delete(folder.resolve(replaced.file()));
        }
        deleteNow(put.evicted());
        return true;
    }

    /** Something could not be written. */
    void failed(IOException cause) {
        offUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(OFF_SECONDS);
        if (!troubled.getAndSet(true)) {
            log.warn(
                    "cache.folder: {}: not writable, nothing is kept there for {} s at a time: {} (expected: room)",
                    folder,
                    OFF_SECONDS,
                    cause.toString());
        }
    }

    // ---- letting go

    void remove(String key) {
        Set<String> gone = goneMeanwhile;
        if (gone != null && gone.size() < MAX_GONE) {
            gone.add(key);
        }
        List<Located> removed = index.remove(key);
        if (!removed.isEmpty()) {
            Thread.ofVirtual().name("embergate-cache-delete").start(() -> removed.forEach(this::delete));
        }
    }

    void remove(String key, Located located) {
        if (index.remove(key, located)) {
            Thread.ofVirtual().name("embergate-cache-delete").start(() -> delete(located));
        }
    }

    private void deleteNow(List<Located> evicted) {
        for (Located located : evicted) {
            meters.evicted(CacheMeters.Store.DISK);
            delete(located);
        }
    }

    private void delete(Located located) {
        files.delete(folder.resolve(located.file()));
    }

    /** Gives the folder back. What is being written is left aside, for the next start to remove. */
    @Override
    public void close() {
        closed = true;
        EntryFiles.closeQuietly(lockFile);
    }
}
