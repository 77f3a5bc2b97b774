package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several answers of one key stays on disk, whatever the clock says. */
class CacheIndexTest {
    @TempDir
    private Path folder;

    private static DiskIndex.Located located(String file, long responseMillis, long asked) {
        return new DiskIndex.Located(file, 10, List.of(), "", responseMillis, asked);
    }

    @Test
    void withinARunTheOneAskedForLaterStaysThoughTheClockWentBack() {
        DiskIndex index = new DiskIndex(1 << 20);
        index.reserve(30);
        assertThat(index.put("k", located("one", 2_000_000, 1), () -> true).added())
                .isTrue();
        assertThat(index.put("k", located("two", 1_000_000, 2), () -> true).added())
                .isTrue();
        assertThat(index.put("k", located("late", 3_000_000, 1), () -> true).added())
                .isFalse();
        assertThat(index.group("k")).containsExactly(located("two", 1_000_000, 2));
    }

    @Test
    void whatIsBeingWrittenPushesOutNoMoreThanAQuarter() {
        DiskIndex index = new DiskIndex(1000);
        for (int i = 0; i < 100; i++) {
            index.adopt("k" + i, located("f" + i, 0, 0), () -> true);
        }
        assertThat(index.reserve(250)).hasSize(25);
        assertThat(index.reserve(1)).isNull();
        assertThat(index.bytes()).isEqualTo(1000);
        index.release(240);
        assertThat(index.put("new", located("new", 0, 1), () -> true).added()).isTrue();
        assertThat(index.bytes()).isEqualTo(760);
        assertThat(index.reserve(250)).hasSize(1);
    }

    @Test
    void fillsBeyondTheLimitAreGivenUpAndTheDiskStaysOn() throws Exception {
        try (Telemetry telemetry = new Telemetry(false);
                AnswerCache cache = AnswerCache.open(1 << 20, 4 << 20, folder, telemetry.cache())) {
            DiskStore store = java.util.Objects.requireNonNull(cache.disk());
            DiskWriting one = store.begin("one", stored(cache.now()));
            one.body(new byte[900_000], 900_000);
            DiskWriting two = store.begin("two", stored(cache.now()));
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> two.body(new byte[200_000], 200_000))
                    .isInstanceOf(DiskStore.NoRoomException.class);
            two.abandon();
            DiskFill fill = cache.toDisk("three", stored(cache.now()), cache.epoch("three"), false);
            assertThat(fill).isNotNull();
            assertThat(cache.budget().take(200_000)).isTrue();
            fill.add(new byte[200_000], 200_000, 200_000);
            var told = new java.util.concurrent.LinkedBlockingQueue<Boolean>();
            fill.finish(200_000, told::add);
            assertThat(told.poll(10, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
            assertThat(store.isOn()).isTrue();
            assertThat(cache.budget().taken()).isZero();
            assertThat(one.finish(cache.epoch("one"), () -> true)).isNotNull();
        }
    }

    @Test
    void anErrorOnTheWritingThreadIsTold() throws Exception {
        EntryFiles broken = new EntryFiles() {
            @Override
            void write(java.nio.channels.FileChannel file, java.nio.ByteBuffer bytes) {
                throw new OutOfMemoryError("heap");
            }
        };
        try (Telemetry telemetry = new Telemetry(false);
                DiskStore store = DiskStore.open(folder, 1 << 20, broken, telemetry.cache())) {
            FillBudget budget = new FillBudget(1 << 20);
            budget.take(100);
            var told = new java.util.concurrent.LinkedBlockingQueue<Boolean>();
            DiskFill fill = new DiskFill(store, budget, "k", stored(0), 1, () -> true, written -> {});
            fill.add(new byte[100], 100, 100);
            fill.finish(100, told::add);
            assertThat(told.poll(10, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
            assertThat(budget.taken()).isZero();
            assertThat(store.bytes()).isZero();
            try (var files = java.nio.file.Files.list(folder)) {
                assertThat(files.filter(file -> file.toString().endsWith(".part")))
                        .isEmpty();
            }
        }
    }

    private static Stored stored(long responseMillis) {
        return new Stored(
                StoredHead.of(200, Headers.of("Cache-Control", "max-age=60"), 0, responseMillis),
                List.of(),
                "",
                responseMillis,
                responseMillis,
                KeptBody.Memory.EMPTY);
    }

    @Test
    void anAnswerOfTheFutureIsDroppedAtTheStart() throws Exception {
        try (Telemetry telemetry = new Telemetry(false)) {
            long now = System.currentTimeMillis();
            try (DiskStore first = DiskStore.open(folder, 1 << 20, new EntryFiles(), telemetry.cache())) {
                first.begin("future", stored(now + 3_600_000)).finish(1, () -> true);
                first.begin("now", stored(now)).finish(2, () -> true);
            }
            try (DiskStore next = DiskStore.open(folder, 1 << 20, new EntryFiles(), telemetry.cache())) {
                assertThat(next.awaitChecked(10)).isTrue();
                assertThat(next.group("future")).isEmpty();
                assertThat(next.group("now")).hasSize(1);
            }
        }
    }

    @Test
    void whatIsDroppedWhileItIsReadFromDiskDoesNotComeBack() throws Exception {
        try (Telemetry telemetry = new Telemetry(false);
                AnswerCache cache = AnswerCache.open(1 << 20, 8 << 20, folder, telemetry.cache())) {
            DiskStore store = java.util.Objects.requireNonNull(cache.disk());
            store.begin("k", stored(cache.now())).finish(cache.epoch("k"), () -> true);
            var found = (AnswerCache.Found.OnDisk) cache.find("k", CacheTables.get("/a"));
            var taken = store.read("k", found.located(), 100);
            cache.drop("k", java.util.Objects.requireNonNull(taken));
            store.begin("k", stored(cache.now())).finish(cache.epoch("k"), () -> true);
            var again = (AnswerCache.Found.OnDisk) cache.find("k", CacheTables.get("/a"));
            var done = new java.util.concurrent.CountDownLatch(1);
            // The file is there; but what was found was found before the drop.
            cache.load(
                    "k",
                    new AnswerCache.Found.OnDisk(again.located(), found.epoch()),
                    Runnable::run,
                    s -> done.countDown());
            done.await();
            assertThat(cache.find("k", CacheTables.get("/a"))).isInstanceOf(AnswerCache.Found.OnDisk.class);
        }
    }
}
