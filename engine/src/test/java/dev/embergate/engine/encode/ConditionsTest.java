package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.HeadOf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 sections 13.1 and 13.2.2: a resource tagged "now", last changed at 10:00:00. */
class ConditionsTest {
    private static final long CHANGED = HttpDates.parse(date("10"));

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", textBlock = """
                    # If-Match       | If-Unmod. | If-None-Match    | If-Mod.    | verdict
                    -                | -         | -                | -          | PERFORM
                    "now"            | -         | -                | -          | PERFORM
                    "old", "now"     | -         | -                | -          | PERFORM
                    "old"            | -         | -                | -          | FAILED
                    W/"now"          | -         | -                | -          | FAILED
                    *                | -         | -                | -          | PERFORM
                    now              | -         | -                | -          | FAILED
                    -                | 10        | -                | -          | PERFORM
                    -                | 11        | -                | -          | PERFORM
                    -                | 09        | -                | -          | FAILED
                    -                | no-date   | -                | -          | PERFORM
                    # If-Match stands above If-Unmodified-Since
                    "now"            | 09        | -                | -          | PERFORM
                    "old"            | 11        | -                | -          | FAILED
                    -                | -         | "now"            | -          | NOT_MODIFIED
                    -                | -         | W/"now"          | -          | NOT_MODIFIED
                    -                | -         | "old",,"now" ,   | -          | NOT_MODIFIED
                    -                | -         | *                | -          | NOT_MODIFIED
                    -                | -         | "old"            | -          | PERFORM
                    -                | -         | "Now"            | -          | PERFORM
                    -                | -         | now              | -          | PERFORM
                    -                | -         | "a,"now""        | -          | PERFORM
                    -                | -         | -                | 10         | NOT_MODIFIED
                    -                | -         | -                | 11         | NOT_MODIFIED
                    -                | -         | -                | 09         | PERFORM
                    -                | -         | -                | no-date    | PERFORM
                    # If-None-Match stands above If-Modified-Since
                    -                | -         | "old"            | 11         | PERFORM
                    -                | -         | "now"            | 09         | NOT_MODIFIED
                    # steps 1 and 2 come before 3 and 4
                    "old"            | -         | "now"            | -          | FAILED
                    "now"            | -         | "now"            | -          | NOT_MODIFIED
                    -                | 09        | -                | 11         | FAILED
                    -                | 11        | "now"            | -          | NOT_MODIFIED
                    """)
    void decidesInTheOrderOfTheRfc(
            String ifMatch, String ifUnmodifiedSince, String ifNoneMatch, String ifModifiedSince, String verdict) {
        HeadOf request = HeadOf.get("/");
        request = ifMatch == null ? request : request.with("If-Match", ifMatch);
        request = ifUnmodifiedSince == null ? request : request.with("If-Unmodified-Since", date(ifUnmodifiedSince));
        request = ifNoneMatch == null ? request : request.with("If-None-Match", ifNoneMatch);
        request = ifModifiedSince == null ? request : request.with("If-Modified-Since", date(ifModifiedSince));
        assertThat(Conditions.of(request).evaluate("\"now\"", CHANGED)).hasToString(verdict);
    }

    private static String date(String hour) {
        return hour.length() == 2 ? "Fri, 20 Nov 2026 " + hour + ":00:00 GMT" : hour;
    }

    @Test
    void aListMayBeSpreadOverSeveralLines() {
        HeadOf request = HeadOf.get("/", "If-None-Match", "\"old\"", "If-None-Match", "\"now\"");
        assertThat(Conditions.of(request).evaluate("\"now\"", CHANGED)).isEqualTo(Conditions.Verdict.NOT_MODIFIED);
    }

    @Test
    void aDateThatCameTwiceIsIgnored() {
        HeadOf request = HeadOf.get("/", "If-Modified-Since", date("11"), "If-Modified-Since", date("11"));
        assertThat(Conditions.of(request).evaluate(null, CHANGED)).isEqualTo(Conditions.Verdict.PERFORM);
    }

    @Test
    void aWeakTagNeverMatchesStrongly() {
        HeadOf strongly = HeadOf.get("/", "If-Match", "W/\"now\"");
        HeadOf weakly = HeadOf.get("/", "If-None-Match", "\"now\"");
        assertThat(Conditions.of(strongly).evaluate("W/\"now\"", CHANGED)).isEqualTo(Conditions.Verdict.FAILED);
        assertThat(Conditions.of(weakly).evaluate("W/\"now\"", CHANGED)).isEqualTo(Conditions.Verdict.NOT_MODIFIED);
    }

    @Test
    void withoutValidatorsEveryRequestIsPerformed() {
        HeadOf request = HeadOf.get("/", "If-Match", "\"x\"", "If-None-Match", "*", "If-Modified-Since", date("11"));
        assertThat(Conditions.of(request).evaluate(null, HttpDates.NONE)).isEqualTo(Conditions.Verdict.PERFORM);
    }

    @ParameterizedTest(name = "[{index}] {0} counts: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    "now"    | true
                    "old"    | false
                    W/"now"  | false
                    now      | false
                    10       | true
                    09       | false
                    11       | false
                    "now     | false
                    """)
    void rangeCountsOnlyForWhatTheClientHas(String ifRange, boolean counts) {
        Conditions conditions = Conditions.of(HeadOf.get("/", "If-Range", date(ifRange)));
        assertThat(conditions.rangeCounts("\"now\"", CHANGED, CHANGED + 1)).isEqualTo(counts);
    }

    /** RFC 9110 section 8.8.2.2. */
    @Test
    void aDateWhoseSecondIsNotOverIsNoStrongValidator() {
        Conditions conditions = Conditions.of(HeadOf.get("/", "If-Range", date("10")));
        assertThat(conditions.rangeCounts(null, CHANGED, CHANGED)).isFalse();
    }

    @Test
    void aWeakTagNeverLetsARangeCount() {
        Conditions conditions = Conditions.of(HeadOf.get("/", "If-Range", "W/\"now\""));
        assertThat(conditions.rangeCounts("W/\"now\"", CHANGED, CHANGED + 1)).isFalse();
    }
}
