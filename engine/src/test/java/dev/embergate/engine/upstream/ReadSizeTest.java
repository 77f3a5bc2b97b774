package dev.embergate.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReadSizeTest {
    private final ReadSize size = new ReadSize();
    private final RecvByteBufAllocator.ExtendedHandle handle = size.newHandle();

    private void read(int bytes) {
        handle.attemptedBytesRead(size.next());
        handle.lastBytesRead(bytes);
    }

    @Test
    void readsGrowWhileTheyAreFull() {
        assertThat(handle.guess()).isEqualTo(4 << 10);
        read(4 << 10);
        assertThat(handle.guess()).isEqualTo(16 << 10);
        read(16 << 10);
        read(64 << 10);
        read(256 << 10);
        assertThat(handle.guess()).isEqualTo(256 << 10);
    }

    @Test
    void readsShrinkToWhatCame() {
        size.expect(10_000_000);
        read(100_000);
        assertThat(handle.guess()).isEqualTo(128 << 10);
        read(100_000);
        assertThat(handle.guess()).isEqualTo(128 << 10);
        read(10);
        assertThat(handle.guess()).isEqualTo(4 << 10);
    }

    @Test
    void aKnownLengthIsReadInAsFewPiecesAsItTakes() {
        size.expect(60_000);
        assertThat(handle.guess()).isEqualTo(64 << 10);
        size.expect(100);
        assertThat(handle.guess()).isEqualTo(64 << 10);
        size.small();
        assertThat(handle.guess()).isEqualTo(4 << 10);
        size.expect(Long.MAX_VALUE);
        assertThat(handle.guess()).isEqualTo(256 << 10);
    }

    @Test
    void theEndOfTheStreamChangesNothing() {
        read(4 << 10);
        read(-1);
        read(0);
        assertThat(handle.guess()).isEqualTo(16 << 10);
    }
}
