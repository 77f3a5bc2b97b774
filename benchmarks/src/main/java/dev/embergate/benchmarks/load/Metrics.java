package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program's own figures, as its admin port gives them to Prometheus. */
record Metrics(String text) {
    static Metrics of(int adminPort) throws IOException {
        return new Metrics(HttpProbe.head(adminPort, "/metrics"));
    }

    /** The sum over all labels; 0 when there is none of that name. */
    double sum(String name) {
        Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{[^}]*})? (\\S+)\\s*$")
                .matcher(text);
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }
}
