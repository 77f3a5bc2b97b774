package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    /** Writes into memory, when it is let. */
    private static final class Paper extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final List<String> warnings = new CopyOnWriteArrayList<>();
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final Semaphore permits;

        Paper(int permits) {
            this.permits = new Semaphore(permits);
        }

        @Override
        protected void append(ILoggingEvent event) {
            permits.acquireUninterruptibly();
            threads.add(Thread.currentThread().getName());
            if (event.getLevel() == Level.WARN) {
                warnings.add(event.getFormattedMessage());
            } else {
                lines.add(event.getFormattedMessage());
            }
        }
    }

    private static Logger logger(Paper paper) {
        Logger logger = new LoggerContext().getLogger("embergate.access");
        logger.setLevel(Level.INFO);
        paper.start();
        logger.addAppender(paper);
        return logger;
    }

    @Test
    void anExchangeLeavesOneReadableLine() {
        Paper paper = new Paper(100);
        AccessLog log = new AccessLog(logger(paper), 8, null);
        log.add(Ended.redirect());
        log.add(Ended.rejected());
        log.close();

        assertThat(paper.lines).hasSize(2);
        assertThat(paper.lines.get(0))
                .matches("time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z .*")
                .endsWith(
                        " id=k3x9q2ab-1f listener=proxy client=127.0.0.1 method=GET"
                                + " target=\"/videos/7/stream?Static=true&api_key=***\" rule=\"direct links\" outcome=redirect upstream=-"
                                + " status=302 in=0 out=0 kept=7000000000 decision-ms=1.234 first-byte-ms=1.300 total-ms=1.400 failure=-");
        assertThat(paper.lines.get(1))
                .endsWith(
                        " id=k3x9q2ab-20 listener=proxy client=127.0.0.1 method=- target=- rule=- outcome=reject upstream=-"
                                + " status=400 in=0 out=0 kept=- decision-ms=0.000 first-byte-ms=- total-ms=0.005"
                                + " failure=\"request line: \\\"bad\\\"\\x0d\\x0a (expected: method, target, version)\"");
        assertThat(paper.threads).containsExactly("embergate-access");
    }

    @Test
    void aLineIsWrittenAfterASilence() {
        Paper paper = new Paper(100);
        try (AccessLog log = new AccessLog(logger(paper), 8, null)) {
            for (int i = 1; i <= 3; i++) {
                log.add(Ended.redirect());
                int expected = i;
                await().until(() -> paper.lines.size() == expected);
            }
        }
    }

    @Test
    void aSlowLogLosesLinesCountsThemAndSaysSoOnce() {
        Paper paper = new Paper(0);
        AccessLog log = new AccessLog(logger(paper), 8, null);
        log.add(Ended.redirect());
        await().until(paper.permits::hasQueuedThreads);
        // One line is with the appender, eight wait in the ring.
        for (int i = 0; i < 20; i++) {
            log.add(Ended.redirect());
        }
        assertThat(log.dropped()).isBetween(11L, 12L);
        paper.permits.release(1000);
        log.close();
        assertThat(paper.lines).hasSize((int) (21 - log.dropped()));
        assertThat(paper.warnings)
                .containsExactly("access log: " + log.dropped()
                        + " lines dropped since the last warning (expected: a faster log)");
    }

    @Test
    void aSwitchedOffLoggerCostsNothingAndCountsNothing() {
        Paper paper = new Paper(100);
        Logger logger = logger(paper);
        logger.setLevel(Level.WARN);
        AccessLog log = new AccessLog(logger, 2, null);
        for (int i = 0; i < 10; i++) {
            log.add(Ended.redirect());
        }
        log.close();
        assertThat(log.dropped()).isZero();
        assertThat(paper.lines).isEmpty();
    }

    @Test
    void anExchangeAfterTheEndIsCountedAsDropped() {
        AccessLog log = new AccessLog(logger(new Paper(100)), 2, null);
        log.close();
        log.add(Ended.redirect());
        log.close();
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void anAppenderThatThrowsCostsItsLineOnly() {
        Logger logger = new LoggerContext().getLogger("embergate.access");
        logger.setLevel(Level.INFO);
        Paper paper = new Paper(100);
        paper.start();
        logger.addAppender(paper);
        CountDownLatch thrown = new CountDownLatch(1);
        logger.getLoggerContext().addTurboFilter(new ch.qos.logback.classic.turbo.TurboFilter() {
            @Override
            public ch.qos.logback.core.spi.FilterReply decide(
                    org.slf4j.Marker marker, Logger asked, Level level, String format, Object[] params, Throwable t) {
                if (format != null && format.contains("id=bad")) {
                    thrown.countDown();
                    throw new IllegalStateException("disk full");
                }
                return ch.qos.logback.core.spi.FilterReply.NEUTRAL;
            }
        });
        AccessLog log = new AccessLog(logger, 8, null);
        log.add(Ended.redirect().requestId("bad"));
        log.add(Ended.redirect().requestId("good"));
        log.close();
        assertThat(thrown.getCount()).isZero();
        assertThat(paper.lines).hasSize(1).first().asString().contains("id=good");
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void aSinkGetsWholeLinesManyAtATime() {
        Semaphore permits = new Semaphore(0);
        List<String> batches = new CopyOnWriteArrayList<>();
        AccessLog log = new AccessLog(logger(new Paper(100)), 256, (lines, length) -> {
            permits.acquireUninterruptibly();
            batches.add(new String(lines, 0, length, java.nio.charset.StandardCharsets.US_ASCII));
        });
        log.add(Ended.redirect().requestId("first"));
        await().until(permits::hasQueuedThreads);
        for (int i = 0; i < 200; i++) {
            log.add(Ended.redirect().requestId("n" + i));
        }
        permits.release(100);
        log.close();
        assertThat(batches).allMatch(batch -> batch.startsWith("time=") && batch.endsWith(" failure=-\n"));
        assertThat(batches.size())
                .as("200 lines of 300 bytes in batches of 32 KiB")
                .isBetween(2, 6);
        List<String> lines = List.of(String.join("", batches).split("\n"));
        assertThat(lines).hasSize(201);
        assertThat(lines.get(200)).contains(" id=n199 ");
    }

    @Test
    void aSinkThatFailsLosesItsLinesOnlyAndTheyAreCounted() {
        List<String> written = new CopyOnWriteArrayList<>();
        Semaphore failures = new Semaphore(1);
        AccessLog log = new AccessLog(logger(new Paper(100)), 8, (lines, length) -> {
            if (failures.tryAcquire()) {
                throw new java.io.IOException("No space left on device");
            }
            written.add(new String(lines, 0, length, java.nio.charset.StandardCharsets.US_ASCII));
        });
        log.add(Ended.redirect().requestId("lost"));
        await().until(() -> log.dropped() == 1);
        log.add(Ended.redirect().requestId("kept"));
        log.close();
        assertThat(written).singleElement().asString().contains(" id=kept ");
    }

    @Test
    void aLongTargetIsCutAndTheNextOneIsWhole() {
        Paper paper = new Paper(100);
        AccessLog log = new AccessLog(logger(paper), 2, null);
        String fits = "/" + "a".repeat(Redaction.MAX_CHARS - 1);
        String medium = "/" + "c".repeat(300);
        for (String target : List.of(fits, fits + "b", medium, "/short")) {
            int before = paper.lines.size();
            log.add(Ended.redirect().target(target));
            await().until(() -> paper.lines.size() == before + 1);
        }
        log.close();
        assertThat(paper.lines.get(0)).contains("target=\"" + fits + "\"");
        assertThat(paper.lines.get(1)).contains("target=\"" + fits + "...\"");
        assertThat(paper.lines.get(2)).contains("target=\"" + medium + "\"");
        assertThat(paper.lines.get(3)).contains("target=\"/short\"");
    }
}
