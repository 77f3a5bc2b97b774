package dev.embergate.engine.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.encode.TunnelBed.End;
import dev.embergate.engine.encode.TunnelBed.Transport;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9110 section 7.8, on real sockets. */
@ExtendWith(LeakCheck.class)
class TunnelTest {
    private static final int FOUR_MIB = 4 << 20;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesPassBothWaysAsTheyCome(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            for (int i = 0; i < 50; i++) {
                send(bed.client, "ping" + i);
                assertThat(receive(bed.upstream, ("ping" + i).length())).isEqualTo("ping" + i);
                send(bed.upstream, "pong!" + i);
                assertThat(receive(bed.client, ("pong!" + i).length())).isEqualTo("pong!" + i);
            }
            bed.client.close();
            bed.upstream.close();
            assertThat(bed.end()).isEqualTo(new End(50 * 4 + 90, 50 * 5 + 90));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesReceivedBeforeItBeganGoFirst(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport, Duration.ofSeconds(30), "early ", "first ", null)) {
            send(bed.client, "late");
            send(bed.upstream, "second");
            assertThat(receive(bed.upstream, 10)).isEqualTo("early late");
            assertThat(receive(bed.client, 12)).isEqualTo("first second");
            bed.client.close();
            bed.upstream.close();
            assertThat(bed.end()).isEqualTo(new End(10, 12));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void fourMebibytesPassEachWayThoughTheReadersStartLate(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            byte[] up = random(FOUR_MIB, 1);
            byte[] down = random(FOUR_MIB, 2);
            CompletableFuture<Void> writing =
                    CompletableFuture.allOf(writing(bed.client, up), writing(bed.upstream, down));
            await().until(() -> !bed.clientChannel.config().isAutoRead()
                    && !bed.upstreamChannel.config().isAutoRead());
            CompletableFuture<byte[]> atUpstream = reading(bed.upstream);
            CompletableFuture<byte[]> atClient = reading(bed.client);
            Drained.await(writing);
            assertThat(Arrays.equals(Drained.await(atUpstream), up)).isTrue();
            assertThat(Arrays.equals(Drained.await(atClient), down)).isTrue();
            assertThat(bed.end()).isEqualTo(new End(FOUR_MIB, FOUR_MIB));
        }
    }

    /** Memory held for one direction: the high-water mark of 64 KiB and one read of at most 64 KiB. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderThatStallsStopsTheWriterWithinTheBound(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            AtomicLong most = new AtomicLong();
            AtomicLong written = new AtomicLong();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                byte[] piece = new byte[16 * 1024];
                try {
                    while (true) {
                        bed.client.getOutputStream().write(piece);
                        written.addAndGet(piece.length);
                    }
                } catch (IOException e) {
                    // closed by the test
                }
            });
            await().until(() -> !bed.clientChannel.config().isAutoRead());
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        most.accumulateAndGet(queued(bed.upstreamChannel), Math::max);
                        return !bed.clientChannel.config().isAutoRead();
                    });
            assertThat(most.get()).isBetween(1L, 128L * 1024);
            assertThat(written.get()).isLessThan(64L << 20);
            bed.client.close();
            bed.upstream.close();
            Drained.await(writing);
            bed.end();
        }
    }

    private static long queued(Channel channel) {
        return channel.unsafe().outboundBuffer() == null
                ? 0
                : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theClientsEndIsPassedOnAndTheAnswerStillComes(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            halfClose(bed.client, bed.upstream);
            assertThat(bed.end()).isEqualTo(new End(8, 6));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theUpstreamsEndIsPassedOnAndTheClientMayGoOn(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            halfClose(bed.upstream, bed.client);
            assertThat(bed.end()).isEqualTo(new End(6, 8));
        }
    }

    private static void halfClose(Socket first, Socket second) throws IOException {
        send(first, "question");
        first.shutdownOutput();
        assertThat(new String(second.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("question");
        send(second, "answer");
        second.shutdownOutput();
        assertThat(new String(first.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("answer");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLongAnswerComesToAClientThatEndedItsSide(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            bed.client.shutdownOutput();
            assertThat(bed.upstream.getInputStream().read()).isEqualTo(-1);
            byte[] down = random(FOUR_MIB, 4);
            CompletableFuture<Void> writing = writing(bed.upstream, down);
            await().until(() -> !bed.upstreamChannel.config().isAutoRead());
            assertThat(Arrays.equals(Drained.await(reading(bed.client)), down)).isTrue();
            Drained.await(writing);
            assertThat(bed.end()).isEqualTo(new End(0, FOUR_MIB));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEndBehindALongQueueComesAfterIt(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            byte[] down = random(FOUR_MIB, 3);
            CompletableFuture<Void> writing = writing(bed.upstream, down);
            await().until(() -> !bed.upstreamChannel.config().isAutoRead());
            assertThat(Arrays.equals(Drained.await(reading(bed.client)), down)).isTrue();
            Drained.await(writing);
            send(bed.client, "thanks");
            bed.client.close();
            assertThat(new String(bed.upstream.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("thanks");
            assertThat(bed.end()).isEqualTo(new End(6, FOUR_MIB));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEndThatIsReadWhileBytesAreQueuedWaitsForThem(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            byte[] piece = new byte[4096];
            int sent = 0;
            AtomicLong queued = new AtomicLong();
            // Enough that the kernel will not take it all after all, and too little to stop the reading.
            while (queued.get() < 24 * 1024) {
                bed.upstream.getOutputStream().write(piece);
                sent += piece.length;
                int passed = sent;
                await().pollInterval(Duration.ofMillis(1)).until(() -> bed.passedToClient() == passed);
                bed.onLoop(() -> queued.set(queued(bed.clientChannel)));
            }
            bed.upstream.shutdownOutput();
            await().until(() -> ((DuplexChannel) bed.upstreamChannel).isInputShutdown());
            assertThat(bed.client.getInputStream().readAllBytes().length).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatResetsClosesTheUpstream(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            send(bed.client, "x");
            receive(bed.upstream, 1);
            bed.client.setSoLinger(true, 0);
            bed.client.close();
            assertThat(bed.upstream.getInputStream().read()).isEqualTo(-1);
            bed.end();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUpstreamThatResetsClosesTheClient(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            send(bed.upstream, "x");
            receive(bed.client, 1);
            bed.upstream.setSoLinger(true, 0);
            bed.upstream.close();
            assertThat(bed.client.getInputStream().read()).isEqualTo(-1);
            bed.end();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTunnelWhereNothingPassesIsClosed(Transport transport) throws Exception {
        long started = System.nanoTime();
        try (TunnelBed bed = new TunnelBed(transport, Duration.ofMillis(200), "", "", null)) {
            assertThat(bed.client.getInputStream().read()).isEqualTo(-1);
            assertThat(bed.upstream.getInputStream().read()).isEqualTo(-1);
            assertThat(bed.end()).isEqualTo(new End(0, 0));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneDirectionThatPassesKeepsBothOpen(Transport transport) throws Exception {
        Duration idle = Duration.ofMillis(1000);
        try (TunnelBed bed = new TunnelBed(transport, idle, "", "", null)) {
            long until = System.nanoTime() + 2 * idle.toNanos();
            while (System.nanoTime() < until) {
                send(bed.upstream, "x");
                receive(bed.client, 1);
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
            send(bed.client, "y");
            assertThat(receive(bed.upstream, 1)).isEqualTo("y");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderThatStallsForeverIsClosedWhenIdle(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport, Duration.ofMillis(300), "", "", null)) {
            CompletableFuture<Void> writing = writing(bed.client, new byte[64 << 20]);
            bed.end();
            assertThatThrownBy(() -> Drained.await(writing)).hasRootCauseInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closeFlushesWhatIsQueuedAndEndsBothSides(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            CompletableFuture<Void> writing = writing(bed.upstream, new byte[FOUR_MIB]);
            await().until(() -> !bed.upstreamChannel.config().isAutoRead());
            bed.onLoop(bed.handle::close);
            bed.onLoop(bed.handle::close);
            long received = bed.client.getInputStream().readAllBytes().length;
            assertThat(received).isEqualTo(bed.end().toClient()).isPositive();
            writing.handle((done, failure) -> null).get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, names = "NIO")
    void closeDoesNotWaitLongForAReaderThatStalls(Transport transport) throws Exception {
        try (TunnelBed bed = new TunnelBed(transport)) {
            CompletableFuture<Void> writing = writing(bed.upstream, new byte[FOUR_MIB]);
            await().until(() -> !bed.upstreamChannel.config().isAutoRead());
            bed.onLoop(bed.handle::close);
            assertThat(bed.clientChannel.isOpen()).isTrue();
            bed.ended.get(RunningTunnel.FLUSH_MILLIS + 3_000, TimeUnit.MILLISECONDS);
            writing.handle((done, failure) -> null).get(10, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> writing(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        OutputStream out = socket.getOutputStream();
                        out.write(bytes);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    private static CompletableFuture<byte[]> reading(Socket socket) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
