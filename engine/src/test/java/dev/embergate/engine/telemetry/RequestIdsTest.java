package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    @Test
    void anIdIsTheEnginesPrefixAndACount() {
        RequestIds ids = new RequestIds(0);
        assertThat(ids.next()).isEqualTo("00000000-1");
        for (int i = 2; i < 32; i++) {
            ids.next();
        }
        assertThat(ids.next()).isEqualTo("00000000-10");
        assertThat(ids.next()).isEqualTo("00000000-11");
    }

    @Test
    void idsOfTwoEnginesDiffer() {
        assertThat(new RequestIds().next()).isNotEqualTo(new RequestIds().next());
    }

    @Test
    void noIdComesTwiceAndAllAreHeaderSafe() {
        RequestIds ids = new RequestIds();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            String id = ids.next();
            assertThat(seen.add(id)).as(id).isTrue();
        }
        assertThat(seen).allMatch(id -> id.matches("[0-9a-z]{8}-[0-9a-z]{1,13}"));
    }

    @Test
    void aNumberIsWrittenTheSameWayEverywhere() {
        RequestIds ids = new RequestIds();
        for (long number : new long[] {1, 31, 32, 1023, 1024, 1L << 35, Long.MAX_VALUE}) {
            io.netty.buffer.ByteBuf out = io.netty.buffer.Unpooled.buffer();
            ids.write(number, out);
            assertThat(out.toString(java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo(ids.name(number));
            byte[] into = new byte[RequestIds.MAX_LENGTH];
            assertThat(ids.copy(number, into)).isEqualTo(ids.name(number).length());
        }
    }
}
