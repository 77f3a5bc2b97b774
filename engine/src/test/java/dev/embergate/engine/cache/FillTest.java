package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.encode.KeptReplies;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.telemetry.Telemetry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an answer takes while it is being kept: a bounded amount, given back whatever happens. */
class FillTest {
    private static final int CHUNK = KeptReplies.CHUNK_BYTES;

    @TempDir
    private Path folder;

    private final Telemetry telemetry = new Telemetry(false);

    @AfterEach
    void close() {
        telemetry.close();
    }

    private AnswerCache memory() {
        return AnswerCache.open(1 << 20, 0, folder, telemetry.cache());
    }

    private static Fill fill(AnswerCache cache, String key, long maxBytes) {
        Stored stored = new Stored(
                StoredHead.of(200, Headers.of("Cache-Control", "max-age=60"), 0, cache.now()),
                List.of(),
                "",
                cache.now(),
                cache.now(),
                KeptBody.Memory.EMPTY);
        return new Fill(cache, key, stored, maxBytes, cache.epoch(key), -1);
    }

    private static ByteBuf bytes(int count) {
        return Unpooled.wrappedBuffer(new byte[count]);
    }

    @Test
    void allFillsTogetherTakeNoMoreThanTheBudget() {
        try (AnswerCache cache = memory()) {
            List<Fill> running = new ArrayList<>();
            while (true) {
                Fill next = fill(cache, "k" + running.size(), 1 << 20);
                if (!next.add(bytes(1))) {
                    break;
                }
                running.add(next);
            }
            assertThat(running).hasSize((8 << 20) / CHUNK);
            assertThat(cache.budget().taken()).isEqualTo(8 << 20);
            running.forEach(Fill::abandon);
            running.forEach(Fill::abandon);
            assertThat(cache.budget().taken()).isZero();
        }
    }

    @Test
    void whatIsTooLargeForMemoryIsGivenUpWithoutADisk() {
        try (AnswerCache cache = memory()) {
            Fill fill = fill(cache, "k", 1 << 20);
            assertThat(fill.add(bytes(2 * CHUNK))).isTrue();
            assertThat(fill.add(bytes(CHUNK))).isFalse();
            assertThat(fill.add(bytes(1))).isFalse();
            List<Boolean> kept = new ArrayList<>();
            fill.finish(kept::add);
            assertThat(kept).containsExactly(false);
            assertThat(cache.budget().taken()).isZero();
        }
    }

    @Test
    void aFinishedFillIsFoundAtOnceAndTakesNothingMore() {
        try (AnswerCache cache = memory()) {
            Fill fill = fill(cache, "k", 1 << 20);
            assertThat(fill.add(bytes(CHUNK + 5))).isTrue();
            fill.finish(kept -> assertThat(kept).isTrue());
            assertThat(cache.find("k", CacheTables.get("/a")))
                    .isInstanceOfSatisfying(
                            AnswerCache.Found.Here.class,
                            here -> assertThat(here.stored().body().length()).isEqualTo(CHUNK + 5));
            assertThat(cache.budget().taken()).isZero();
        }
    }

    @Test
    void whatWasInvalidatedMeanwhileIsNotKept() {
        try (AnswerCache cache = memory()) {
            Fill fill = fill(cache, "k", 1 << 20);
            fill.add(bytes(5));
            cache.invalidate("k");
            fill.finish(kept -> {});
            assertThat(cache.find("k", CacheTables.get("/a"))).isInstanceOf(AnswerCache.Found.Nothing.class);
        }
    }

    @Test
    void anAnswerFasterThanTheDiskIsGivenUpAtTheLimit() {
        CountDownLatch go = new CountDownLatch(1);
        EntryFiles slow = new EntryFiles() {
            @Override
            void write(FileChannel file, ByteBuffer bytes) throws IOException {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                super.write(file, bytes);
            }
        };
        try (AnswerCache cache =
                AnswerCache.open(1 << 20, 64 << 20, folder, telemetry.cache(), slow, System::currentTimeMillis)) {
            Fill fill = fill(cache, "k", 32 << 20);
            int chunks = 0;
            while (fill.add(bytes(CHUNK))) {
                chunks++;
                assertThat(chunks).isLessThan(200);
            }
            assertThat((long) chunks * CHUNK)
                    .isBetween(DiskFill.MAX_QUEUED_BYTES, DiskFill.MAX_QUEUED_BYTES + 2L * CHUNK);
            go.countDown();
            CacheTables.await(() -> cache.budget().taken() == 0);
            assertThat(cache.find("k", CacheTables.get("/a"))).isInstanceOf(AnswerCache.Found.Nothing.class);
        }
    }

    @Test
    void aKeyHasNoMoreVariantsInMemoryThanItsLimit() {
        MemoryStore store = new MemoryStore(1 << 20, telemetry.cache());
        for (int i = 0; i < MemoryStore.MAX_VARIANTS + 3; i++) {
            store.put(
                    "k",
                    new Stored(
                            CacheTables.stored(200, "ETag: \"v\"").head(),
                            List.of("x-a"),
                            "v" + i,
                            0,
                            0,
                            KeptBody.Memory.EMPTY),
                    1,
                    () -> true);
        }
        assertThat(store.group("k")).hasSize(MemoryStore.MAX_VARIANTS);
        assertThat(store.group("k").getFirst().stored().selecting()).isEqualTo("v3");
    }

    @Test
    void theIndexOfTheDiskHasALimitOfItsOwn() {
        DiskIndex index = new DiskIndex(Long.MAX_VALUE);
        for (int i = 0; i <= DiskIndex.MAX_FILES; i++) {
            DiskIndex.Put put =
                    index.adopt("k" + i, new DiskIndex.Located("f" + i, 1, List.of(), "", 0, 0), () -> true);
            assertThat(put.evicted()).hasSize(i < DiskIndex.MAX_FILES ? 0 : 1);
        }
        assertThat(index.group("k0")).isEmpty();
        assertThat(index.group("k1")).hasSize(1);
    }
}
