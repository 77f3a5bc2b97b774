package dev.embergate.engine.accept;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFaultsTest {
    @Test
    void acceptingRestsForASecondAndIsToldOfOnce() {
        Logger log = (Logger) LoggerFactory.getLogger(AcceptFaults.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        EmbeddedChannel channel = new EmbeddedChannel(new AcceptFaults("proxy"));
        channel.freezeTime();
        try {
            for (int i = 0; i < 100; i++) {
                channel.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
                assertThat(channel.config().isAutoRead()).isFalse();
                channel.advanceTimeBy(999, TimeUnit.MILLISECONDS);
                channel.runScheduledPendingTasks();
                assertThat(channel.config().isAutoRead()).isFalse();
                channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
                channel.runScheduledPendingTasks();
                assertThat(channel.config().isAutoRead()).isTrue();
            }
            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getFormattedMessage()).contains("proxy", "Too many open files");
                assertThat(line.getThrowableProxy()).isNull();
            });
        } finally {
            log.detachAppender(lines);
            channel.close();
        }
    }
}
