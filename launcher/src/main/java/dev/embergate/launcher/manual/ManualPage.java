package dev.embergate.launcher.manual;

import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.launcher.setup.RuleCatalogue;
import dev.embergate.launcher.setup.RuleSection;
import java.util.Collection;
import java.util.List;

/** Writes what factories and their records say about themselves: for {@code docs/rules.md} and for the terminal. */
public final class ManualPage {
    private ManualPage() {}

    /** All types as a Markdown page. */
    public static String markdown(Collection<RuleCatalogue.Type> types) {
        StringBuilder page = new StringBuilder();
        page.append("""
                # Rules

                <!-- Generated from the rule types. Do not edit: run
                     mvn -pl launcher -am test -Dtest=ManualPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dembergate.write-docs=true -->

                Rules stand below `rules:` in the configuration, and in `rules/*.yml` beside it. The first one that matches a
                request and does not pass answers it; the place in the file is the priority. What no rule answers goes to the
                default upstream. `embergate rules explain METHOD URL` tells which rule answers, and why others do not.

                ## Every rule

                """);
        table(page, Settings.of(RuleSection.class));
        page.append("""

                A path is matched decoded, segment by segment: `/a/b` as it stands, `/a/{id}` any one segment, `/a/b*` a segment
                that begins so, `/a/*/b` any one segment, `/a/**` everything below and `/a` itself.

                Values: durations are `500ms`, `30s`, `10m`, `1h30m`, `7d`; sizes are `512`, `256KB` (by 1000), `8MiB` (by 1024);
                paths start at the folder of the configuration; `${NAME}` is replaced by that environment variable,
                `${NAME:-otherwise}` by it or the text after `:-`, and `$${` stands for `${` itself.

                ## Types

                """);
        for (RuleCatalogue.Type type : types) {
            page.append("- [`")
                    .append(word(type))
                    .append("`](#")
                    .append(word(type))
                    .append("): ");
            page.append(type.factory().summary()).append('\n');
        }
        for (RuleCatalogue.Type type : types) {
            page.append("\n### `").append(word(type)).append("`\n\n");
            page.append(type.factory().summary()).append("\n\n");
            List<Settings.Row> rows = Settings.of(type.factory().config());
            if (rows.isEmpty()) {
                page.append("No settings.\n");
            } else {
                table(page, rows);
            }
        }
        return page.toString();
    }

    /** A line for each type. */
    public static String overview(Collection<RuleCatalogue.Type> types) {
        int width = types.stream().mapToInt(type -> word(type).length()).max().orElse(0);
        StringBuilder page = new StringBuilder();
        for (RuleCatalogue.Type type : types) {
            page.append(("%-" + width + "s  %s%n")
                    .formatted(word(type), type.factory().summary()));
            if (!type.builtIn()) {
                page.append(" ".repeat(width + 2))
                        .append("from ")
                        .append(type.origin())
                        .append(System.lineSeparator());
            }
        }
        return page.append(System.lineSeparator())
                .append("Settings of one: embergate rules types TYPE")
                .append(System.lineSeparator())
                .toString();
    }

    /** One type with its settings. */
    public static String text(RuleCatalogue.Type type) {
        RuleFactory<?> factory = type.factory();
        StringBuilder page = new StringBuilder();
        page.append("%s%n%n  %s%n".formatted(factory.type(), factory.summary()));
        for (Settings.Row row : Settings.of(factory.config())) {
            String fallback = row.fallback().isEmpty() || row.fallback().equals("required")
                    ? row.fallback()
                    : "default " + row.fallback();
            page.append("%n  %s (%s%s)%n".formatted(row.key(), row.type(), fallback.isEmpty() ? "" : ", " + fallback));
            if (!row.description().isEmpty()) {
                page.append("      %s%n".formatted(row.description()));
            }
        }
        return page.toString();
    }

    private static void table(StringBuilder page, List<Settings.Row> rows) {
        page.append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        for (Settings.Row row : rows) {
            page.append("| `")
                    .append(row.key())
                    .append("` | ")
                    .append(cell(row.type()))
                    .append(" | ");
            if (row.fallback().equals("required")) {
                page.append("required");
            } else if (!row.fallback().isEmpty()) {
                page.append('`').append(cell(row.fallback())).append('`');
            }
            page.append(" | ").append(cell(row.description())).append(" |\n");
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String word(RuleCatalogue.Type type) {
        return type.factory().type();
    }
}
