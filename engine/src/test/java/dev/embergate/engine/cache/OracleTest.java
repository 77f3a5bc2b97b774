package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random heads against rules written down a second time, the plain way: by looking for words in the text. */
class OracleTest {
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(9111);

    private boolean chance() {
        return random.nextInt(3) == 0;
    }

    private List<String> some(List<String> words) {
        List<String> chosen = new ArrayList<>();
        for (String word : words) {
            if (chance()) {
                chosen.add(random.nextBoolean() ? word : word.toUpperCase(java.util.Locale.ROOT));
            }
        }
        Collections.shuffle(chosen, random);
        return chosen;
    }

    @Test
    void whatIsKeptAndWhatIsGivenIsWhatTheRulesSay() {
        int kept = 0;
        int fresh = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int shared = random.nextInt(30);
            int lifetime = random.nextInt(30);
            int asked = random.nextInt(30);
            int age = random.nextInt(40);
            List<String> answer = some(List.of(
                    "no-store",
                    "private",
                    "public",
                    "no-cache",
                    "must-revalidate",
                    "s-maxage=" + shared,
                    "max-age=" + lifetime,
                    "no-transform"));
            List<String> question = some(List.of("no-cache", "no-store", "max-age=" + asked, "no-transform"));
            boolean tagged = chance();
            boolean authorized = chance();
            String fields = "X: y" + (answer.isEmpty() ? "" : "|Cache-Control: " + String.join(" ,", answer))
                    + (tagged ? "|ETag: \"v\"" : "");
            String request = (question.isEmpty() ? "" : "Cache-Control: " + String.join(",", question))
                    + (authorized ? "|Authorization: Basic YTpi" : "");
            SentRequest sent = CacheTables.get("/a", CacheTables.pairs(request));

            boolean mayKeep = CacheTables.mayBeKept(sent, 200, fields, CacheTables.PLAIN);
            String said = "," + String.join(",", answer).toLowerCase(java.util.Locale.ROOT) + ",";
            String wanted = "," + String.join(",", question).toLowerCase(java.util.Locale.ROOT) + ",";
            int until = said.contains(",s-maxage=") ? shared : said.contains(",max-age=") ? lifetime : 0;
            boolean forAll =
                    said.contains(",public,") || said.contains(",s-maxage=") || said.contains(",must-revalidate,");
            boolean expected = !said.contains(",no-store,")
                    && !wanted.contains(",no-store,")
                    && !said.contains(",private,")
                    && (!authorized || forAll)
                    && (tagged || (until > 0 && !said.contains(",no-cache,")));
            assertThat(mayKeep).as("keep %s for %s", fields, request).isEqualTo(expected);

            boolean given =
                    Reuse.of(CacheTables.stored(200, fields), sent, CacheTables.PLAIN, CacheTables.NOW + age * 1000L)
                            == Reuse.Verdict.FRESH;
            boolean mayGive = age < until
                    && !said.contains(",no-cache,")
                    && !wanted.contains(",no-cache,")
                    && !(wanted.contains(",max-age=") && age > asked);
            assertThat(given).as("give %s for %s at %d", fields, request, age).isEqualTo(mayGive);
            kept += mayKeep ? 1 : 0;
            fresh += given ? 1 : 0;
        }
        assertThat(kept).isBetween(ROUNDS / 20, ROUNDS / 2);
        assertThat(fresh).isBetween(ROUNDS / 20, ROUNDS / 2);
    }
}
