package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.encode.ByteRanges.Part;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 sections 14.1 and 14.2. */
class ByteRangesTest {
    @ParameterizedTest(name = "[{index}] {0} of {1}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    # RFC 9110 section 14.1.2: the examples, of a representation of 10,000 bytes
                    'bytes=0-499'              | 10000 | 0-499
                    'bytes=500-999'            | 10000 | 500-999
                    'bytes=-500'               | 10000 | 9500-9999
                    'bytes=9500-'              | 10000 | 9500-9999
                    'bytes=0-0,-1'             | 10000 | 0-0,9999-9999
                    'bytes= 0-999, 4500-5499, -1000' | 10000 | 0-999,4500-5499,9000-9999
                    'bytes=500-600,601-999'    | 10000 | 500-999
                    'bytes=500-700,601-999'    | 10000 | whole
                    # to the end and beyond it
                    'bytes=0-'                 | 10000 | 0-9999
                    'bytes=0-99999'            | 10000 | 0-9999
                    'bytes=9999-9999'          | 10000 | 9999-9999
                    'bytes=-99999'             | 10000 | 0-9999
                    'bytes=0-99999999999999999999999' | 10000 | 0-9999
                    'bytes=-99999999999999999999999'  | 10000 | 0-9999
                    # nothing inside
                    'bytes=10000-'             | 10000 | unsatisfiable
                    'bytes=10000-10001,20000-' | 10000 | unsatisfiable
                    'bytes=-0'                 | 10000 | unsatisfiable
                    'bytes=99999999999999999999999-' | 10000 | unsatisfiable
                    'bytes=0-'                 | 0     | unsatisfiable
                    'bytes=0-0'                | 0     | unsatisfiable
                    'bytes=-0'                 | 0     | unsatisfiable
                    'bytes=-5'                 | 0     | whole
                    # one inside is enough
                    'bytes=20000-,5-6'         | 10000 | 5-6
                    'bytes=-0,5-6'             | 10000 | 5-6
                    # in the order asked for, not the order of bytes
                    'bytes=9000-9001,1-2'      | 10000 | 9000-9001,1-2
                    # empty elements and spaces (section 5.6.1.2)
                    'bytes=,, 0-1 ,	, 4-5 ,'   | 10000 | 0-1,4-5
                    'BYTES=0-1'                | 10000 | 0-1
                    # malformed, or another unit: ignored
                    'bytes'                    | 10000 | whole
                    'bytes='                   | 10000 | whole
                    'bytes=,'                  | 10000 | whole
                    'bytes=-'                  | 10000 | whole
                    'bytes=5'                  | 10000 | whole
                    'bytes=5-4'                | 10000 | whole
                    'bytes=0-1,5-4'            | 10000 | whole
                    'bytes=a-5'                | 10000 | whole
                    'bytes=0-5b'               | 10000 | whole
                    'bytes=0 -5'               | 10000 | whole
                    'bytes=+0-5'               | 10000 | whole
                    'bytes=--5'                | 10000 | whole
                    'bytes=0-1-2'              | 10000 | whole
                    'bytes =0-1'               | 10000 | whole
                    'bytes=٠-١'                | 10000 | whole
                    'seconds=0-5'              | 10000 | whole
                    '0-5'                      | 10000 | whole
                    # overlap (section 14.2 lets us ignore it)
                    'bytes=0-,0-'              | 10000 | whole
                    'bytes=5-9,0-5'            | 10000 | whole
                    'bytes=0-9,-9999'          | 10000 | whole
                    """)
    void readsARange(String field, long length, String expected) {
        assertThat(written(ByteRanges.of(field, length))).isEqualTo(expected);
    }

    private static String written(ByteRanges ranges) {
        return switch (ranges) {
            case ByteRanges.Whole ignored -> "whole";
            case ByteRanges.Unsatisfiable ignored -> "unsatisfiable";
            case ByteRanges.Parts parts ->
                parts.parts().stream()
                        .map(part -> part.first() + "-" + part.last())
                        .collect(Collectors.joining(","));
        };
    }

    @Test
    void asManyRangesAsAllowedAreCutAndOneMoreSendsTheWhole() {
        String most = ranges(ByteRanges.MAX_RANGES);
        assertThat(((ByteRanges.Parts) ByteRanges.of(most, 10_000)).parts()).hasSize(ByteRanges.MAX_RANGES);
        assertThat(ByteRanges.of(ranges(ByteRanges.MAX_RANGES + 1), 10_000)).isEqualTo(ByteRanges.WHOLE);
    }

    @Test
    void rangesBeyondTheEndCountTowardsTheLimitToo() {
        String field = ranges(1) + ",20000-".repeat(ByteRanges.MAX_RANGES);
        assertThat(ByteRanges.of(field, 10_000)).isEqualTo(ByteRanges.WHOLE);
    }

    private static String ranges(int count) {
        return "bytes="
                + IntStream.range(0, count)
                        .mapToObj(i -> i * 10 + "-" + (i * 10 + 1))
                        .collect(Collectors.joining(","));
    }

    @Test
    void everyPairOfRangesInASmallBodyIsCutOrSentWhole() {
        int length = 6;
        for (int a = 0; a < length; a++) {
            for (int b = a; b < length; b++) {
                for (int c = 0; c < length; c++) {
                    for (int d = c; d < length; d++) {
                        boolean overlap = a <= d && c <= b;
                        Part[] expected =
                                b + 1 == c ? new Part[] {new Part(a, d)} : new Part[] {new Part(a, b), new Part(c, d)};
                        ByteRanges ranges = ByteRanges.of("bytes=" + a + "-" + b + "," + c + "-" + d, length);
                        assertThat(ranges)
                                .isEqualTo(overlap ? ByteRanges.WHOLE : new ByteRanges.Parts(Arrays.asList(expected)));
                    }
                }
            }
        }
    }
}
