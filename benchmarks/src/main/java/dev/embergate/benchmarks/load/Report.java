package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run leaves behind: the table of goals, the figures behind it, and both in files. */
final class Report {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private Report() {}

    static String goals(List<Goal> goals) {
        StringBuilder text = new StringBuilder(Goal.HEADING);
        goals.forEach(goal -> text.append(goal.line()));
        return text.toString();
    }

    /** One table a scenario: each peer's median, least and most. */
    static String figures(Figures figures) {
        StringBuilder text = new StringBuilder();
        figures.all().forEach((scenario, peers) -> {
            Set<String> names = new LinkedHashSet<>();
            peers.values().forEach(measured -> names.addAll(measured.keySet()));
            text.append("\n**").append(scenario).append("**\n\n| peer |");
            names.forEach(name -> text.append(' ').append(name).append(" |"));
            text.append("\n|---|").append("---|".repeat(names.size())).append('\n');
            peers.forEach((peer, measured) -> {
                text.append("| ").append(peer).append(" |");
                names.forEach(name -> text.append(' ')
                        .append(cell(measured.getOrDefault(name, List.of())))
                        .append(" |"));
                text.append('\n');
            });
        });
        return text.toString();
    }

    private static String cell(List<Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        String median = Goal.number(Figures.median(values));
        return values.size() == 1
                ? median
                : "%s (%s–%s)".formatted(median, Goal.number(Figures.least(values)), Goal.number(Figures.most(values)));
    }

    /** Writes {@code NAME-TIME.md} and, where there are figures, {@code NAME-TIME.csv} with all of them; says where. */
    static Path write(Path folder, String name, String text, Figures figures) throws IOException {
        Files.createDirectories(folder);
        String stem = name + "-" + LocalDateTime.now(ZoneOffset.UTC).format(STAMP);
        StringBuilder raw = new StringBuilder("scenario,peer,figure,round,value\n");
        for (Map.Entry<String, Map<String, Map<String, List<Double>>>> scenario :
                figures.all().entrySet()) {
            scenario.getValue()
                    .forEach((peer, measured) -> measured.forEach((figure, values) -> {
                        for (int round = 0; round < values.size(); round++) {
                            raw.append("%s,%s,%s,%d,%s\n"
                                    .formatted(scenario.getKey(), peer, figure, round + 1, values.get(round)));
                        }
                    }));
        }
        Files.writeString(folder.resolve(stem + ".csv"), raw);
        return Files.writeString(folder.resolve(stem + ".md"), text);
    }
}
