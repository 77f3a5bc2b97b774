package dev.embergate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
    private final LeakCheck check = new LeakCheck();

    @Test
    void aBufferNobodyReleasedIsFound() {
        check.begin();
        lose();
        assertThat(check.end()).isNotEmpty();
    }

    @Test
    void aBufferStillHeldIsNoLeak() {
        check.begin();
        ByteBuf held = ByteBufAllocator.DEFAULT.directBuffer(16);
        List<String> leaks = check.end();
        held.release();
        assertThat(leaks).isEmpty();
    }

    @Test
    void aLeakFromBeforeIsNotBlamedOnTheClass() {
        lose();
        check.begin();
        assertThat(check.end()).isEmpty();
    }

    private static void lose() {
        ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
    }
}
