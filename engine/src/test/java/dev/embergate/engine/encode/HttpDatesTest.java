package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 5.6.7. */
class HttpDatesTest {
    private static final long EXAMPLE = 784_111_777;

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void allThreeFormatsNameOneSecond(String text) {
        assertThat(HttpDates.parse(text, 2026)).isEqualTo(EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                ",",
                "Sun, ",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 00 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:49:37 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 08-49-37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sun, -6 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Noday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "784111777"
            })
    void anythingElseIsNoDate(String text) {
        assertThat(HttpDates.parse(text, 2026)).isEqualTo(HttpDates.NONE);
    }

    @Test
    void aTwoDigitYearOverFiftyYearsAheadIsOneOfThePast() {
        assertThat(HttpDates.parse("Friday, 01-Jan-76 00:00:00 GMT", 2026)).isEqualTo(second("2076-01-01T00:00:00Z"));
        assertThat(HttpDates.parse("Saturday, 01-Jan-77 00:00:00 GMT", 2026)).isEqualTo(second("1977-01-01T00:00:00Z"));
    }

    @Test
    void aLeapSecondIsTheOneBeforeIt() {
        assertThat(HttpDates.parse("Sat, 31 Dec 2016 23:59:60 GMT")).isEqualTo(second("2016-12-31T23:59:59Z"));
    }

    @Test
    void writesWhatTheJdkWritesAndReadsItBack() {
        DateTimeFormatter jdk = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
        Random random = new Random(9110);
        for (int i = 0; i < 10_000; i++) {
            long second = random.nextLong(second("1900-01-01T00:00:00Z"), second("2200-01-01T00:00:00Z"));
            String text = HttpDates.format(second);
            assertThat(text)
                    .isEqualTo(jdk.format(ZonedDateTime.ofInstant(Instant.ofEpochSecond(second), ZoneOffset.UTC)));
            assertThat(HttpDates.parse(text)).isEqualTo(second);
        }
    }

    @Test
    void nowIsThisSecondAndMadeOnceForIt() {
        long second;
        CharSequence now;
        CharSequence again;
        do {
            second = System.currentTimeMillis() / 1000;
            now = HttpDates.now();
            again = HttpDates.now();
        } while (System.currentTimeMillis() / 1000 != second);
        assertThat(HttpDates.parse(now.toString())).isEqualTo(second);
        assertThat(again).isSameAs(now);
    }

    private static long second(String instant) {
        return Instant.parse(instant).getEpochSecond();
    }
}
