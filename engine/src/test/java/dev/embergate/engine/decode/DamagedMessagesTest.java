package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Valid messages with octets changed, put in, left out or doubled: whatever comes, it is told or refused, never thrown, the same
 * for every cut, and each buffer is released.
 */
@ExtendWith(LeakCheck.class)
class DamagedMessagesTest {
    private static final int ROUNDS = 4000;
    private static final byte[] EVIL = Feeding.bytes("\r\n\0 \t:;,\"\\%/.#?0f\u00ff\u007f");

    @Test
    void damagedRequestsAreToldOrRefusedTheSameAtAnyCut() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Valid valid = new Valid(new SplittableRandom(seed));
            byte[] bytes = damage(valid.requests(), new SplittableRandom(~seed));
            String whole =
                    Feeding.requests(DecodeLimits.DEFAULT, List.of(bytes)).all();
            String cut =
                    Feeding.requests(DecodeLimits.DEFAULT, valid.cut(bytes)).all();
            assertThat(cut).as("seed %d", seed).isEqualTo(whole);
        }
    }

    @Test
    void damagedAnswersAreToldOrRefusedTheSameAtAnyCut() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Valid valid = new Valid(new SplittableRandom(seed));
            byte[] bytes = damage(valid.response("GET"), new SplittableRandom(~seed));
            String whole = Feeding.responses(DecodeLimits.DEFAULT, "GET", List.of(bytes))
                    .all();
            String cut = Feeding.responses(DecodeLimits.DEFAULT, "GET", valid.cut(bytes))
                    .all();
            assertThat(cut).as("seed %d", seed).isEqualTo(whole);
        }
    }

    private static byte[] damage(byte[] message, SplittableRandom random) {
        byte[] bytes = message;
        int times = random.nextInt(1, 4);
        for (int i = 0; i < times; i++) {
            // Mostly near the front, where the grammar is.
            int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 60) : bytes.length);
            byte evil = EVIL[random.nextInt(EVIL.length)];
            bytes = switch (random.nextInt(4)) {
                case 0 -> replaced(bytes, at, at + 1, evil);
                case 1 -> replaced(bytes, at, at, evil);
                case 2 -> replaced(bytes, at, at + 1);
                default -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40)));
            };
        }
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte... by) {
        byte[] out = Arrays.copyOf(bytes, bytes.length - (to - from) + by.length);
        System.arraycopy(by, 0, out, from, by.length);
        System.arraycopy(bytes, to, out, from + by.length, bytes.length - to);
        return out;
    }
}
