package dev.embergate.benchmarks.load;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One line of the table: a figure of ours, in each round, and what it should not exceed.
 *
 * @param figure what is held
 * @param comparator what it is divided by; or a unit
 * @param perRound empty when it was not measured
 * @param most the goal
 * @param best whether the best round counts instead of the median, for figures that noise can only worsen
 */
record Goal(String figure, String comparator, List<Double> perRound, double most, boolean best) {

    double held() {
        return best ? Figures.least(perRound) : Figures.median(perRound);
    }

    boolean isMet() {
        return held() <= most;
    }

    static final String HEADING = """
            | figure | against | ours by round | %s | goal | met |
            |---|---|---|---|---|---|
            """.formatted("median");

    String line() {
        String rounds = perRound.stream().map(Goal::number).collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s%s | ≤ %s | %s |%n"
                .formatted(
                        figure,
                        comparator,
                        rounds,
                        number(held()),
                        best ? " (best)" : "",
                        number(most),
                        isMet() ? "yes" : "**no**");
    }

    static String number(double value) {
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
