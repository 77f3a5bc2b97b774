package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.telemetry.Telemetry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk's own troubles: it is full, or the process was killed at any byte. */
class DiskStoreTest {
    @TempDir
    private Path folder;

    private final Telemetry telemetry = new Telemetry(false);
    private final List<DiskStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(DiskStore::close);
        telemetry.close();
    }

    private DiskStore open(EntryFiles files, long maxBytes) throws Exception {
        DiskStore store = DiskStore.open(folder, maxBytes, files, telemetry.cache());
        opened.add(store);
        assertThat(store.awaitChecked(10)).isTrue();
        return store;
    }

    private static Stored stored(long responseMillis) {
        StoredHead head =
                StoredHead.of(200, Headers.of("Cache-Control", "max-age=60", "X-A", "\u00fc"), 0, responseMillis);
        return new Stored(head, List.of(), "", responseMillis, responseMillis, KeptBody.Memory.EMPTY);
    }

    private static void write(DiskStore store, String key, String body, long at) throws IOException {
        DiskWriting writing = store.begin(key, stored(at));
        writing.body(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII), body.length());
        writing.finish(at, () -> true);
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> !file.endsWith("lock")).count();
        }
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        DiskStore store = open(new EntryFiles(), 1 << 20);
        write(store, "k", "hello", 1000);
        Stored read = store.read("k", store.group("k").getFirst(), 100);
        assertThat(read).isNotNull();
        assertThat(read.head().header("X-A")).isEqualTo("\u00fc");
        assertThat(read.responseMillis()).isEqualTo(1000);
        assertThat(read.body()).isInstanceOf(KeptBody.Memory.class);
        assertThat(read.body().length()).isEqualTo(5);
    }

    @Test
    void aProcessKilledAtAnyByteLeavesNothingThatIsTakenForWhole() throws Exception {
        DiskStore first = open(new EntryFiles(), 1 << 20);
        write(first, "k", "hello", 1000);
        first.close();
        Path whole;
        try (Stream<Path> all = Files.list(folder)) {
            whole = all.filter(file -> file.toString().endsWith(".kept"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int cut = 0; cut < bytes.length; cut++) {
            // Under its final name even: as after a power cut that kept the name and lost the bytes.
            Files.write(whole, java.util.Arrays.copyOf(bytes, cut));
            DiskStore next = open(new EntryFiles(), 1 << 20);
            assertThat(next.group("k")).as("cut at %d of %d", cut, bytes.length).isEmpty();
            assertThat(files()).isZero();
            next.close();
        }
        Files.write(whole, bytes);
        assertThat(open(new EntryFiles(), 1 << 20).group("k")).hasSize(1);
    }

    @Test
    void anyByteThatChangedIsNoticedAtTheStart() throws Exception {
        DiskStore first = open(new EntryFiles(), 1 << 20);
        write(first, "k", "hello", 1000);
        first.close();
        Path whole;
        try (Stream<Path> all = Files.list(folder)) {
            whole = all.filter(file -> file.toString().endsWith(".kept"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Files.write(whole, damaged);
            DiskStore next = open(new EntryFiles(), 1 << 20);
            assertThat(next.group("k")).as("byte %d", i).isEmpty();
            next.close();
        }
    }

    @Test
    void theLaterOfTwoAnswersWinsWhateverTheirFilesOrder() throws Exception {
        DiskStore first = open(new EntryFiles(), 1 << 20);
        write(first, "k", "new", 2000);
        first.close();
        List<Path> kept;
        try (Stream<Path> all = Files.list(folder)) {
            kept = all.filter(file -> file.toString().endsWith(".kept")).toList();
        }
        byte[] newer = Files.readAllBytes(kept.getFirst());
        DiskStore second = open(new EntryFiles(), 1 << 20);
        second.remove("k", second.group("k").getFirst());
        write(second, "k", "old", 1000);
        second.close();
        Files.write(folder.resolve("0-0-1.kept"), newer);

        DiskStore third = open(new EntryFiles(), 1 << 20);
        assertThat(third.group("k")).hasSize(1);
        assertThat(third.group("k").getFirst().responseMillis()).isEqualTo(2000);
    }

    @Test
    void aKeyHasNoMoreVariantsThanItsLimit() throws Exception {
        DiskStore store = open(new EntryFiles(), 1 << 20);
        for (int i = 0; i < MemoryStore.MAX_VARIANTS + 3; i++) {
            Stored variant = new Stored(stored(i).head(), List.of("x-a"), "value" + i, i, i, KeptBody.Memory.EMPTY);
            store.begin("k", variant).finish(i, () -> true);
        }
        assertThat(store.group("k")).hasSize(MemoryStore.MAX_VARIANTS);
        assertThat(files()).isEqualTo(MemoryStore.MAX_VARIANTS);
    }

    /** A disk with room for so many bytes. */
    private static final class SmallDisk extends EntryFiles {
        private long room;

        SmallDisk(long room) {
            this.room = room;
        }

        @Override
        void write(FileChannel file, ByteBuffer bytes) throws IOException {
            room -= bytes.remaining();
            if (room < 0) {
                throw new IOException("No space left on device");
            }
            super.write(file, bytes);
        }
    }

    @Test
    void aFullDiskTurnsKeepingOffAndGivingGoesOn() throws Exception {
        try (AnswerCache cache = AnswerCache.open(
                1 << 20, 8 << 20, folder, telemetry.cache(), new SmallDisk(1000), System::currentTimeMillis)) {
            DiskStore store = java.util.Objects.requireNonNull(cache.disk());
            assertThat(store.awaitChecked(10)).isTrue();
            cache.keepSmall("first", small(200), cache.epoch("first"));
            CacheTables.await(() -> !store.group("first").isEmpty());
            cache.keepSmall("second", small(900), cache.epoch("second"));
            CacheTables.await(() -> !store.isOn());

            assertThat(cache.budget().taken()).isZero();
            CacheTables.await(() -> onlyOneFile());
            assertThat(store.group("second")).isEmpty();
            assertThat(store.read("first", store.group("first").getFirst(), 1000))
                    .isNotNull();
            cache.keepSmall("third", small(1), cache.epoch("third"));
            assertThat(cache.find("third", CacheTables.get("/x"))).isInstanceOf(AnswerCache.Found.Here.class);
            assertThat(store.group("third")).isEmpty();
        }
    }

    private boolean onlyOneFile() {
        try {
            return files() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static Stored small(int length) {
        return stored(System.currentTimeMillis()).with(new KeptBody.Memory(new byte[][] {new byte[length]}, length));
    }

    @Test
    void whatIsInvalidatedBeforeItWasLookedAtDoesNotComeBack() throws Exception {
        DiskStore first = open(new EntryFiles(), 1 << 20);
        write(first, "k", "hello", 1000);
        write(first, "other", "hello", 1000);
        first.close();
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        EntryFiles slow = new EntryFiles() {
            @Override
            FileChannel read(Path file) throws IOException {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.read(file);
            }
        };
        DiskStore store = DiskStore.open(folder, 1 << 20, slow, telemetry.cache());
        opened.add(store);
        store.remove("k");
        go.countDown();
        assertThat(store.awaitChecked(10)).isTrue();
        assertThat(store.group("k")).isEmpty();
        assertThat(store.group("other")).hasSize(1);
    }
}
