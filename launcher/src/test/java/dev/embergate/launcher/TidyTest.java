package dev.embergate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Habits that a reader of sources checks, so that no reader has to. Each check is shown a sample that it must not like. */
class TidyTest {
    private static final int MAX_LINES = 600;

    // Written in two parts, so that this file passes its own checks.
    private static final Pattern SLEEPS =
            Pattern.compile("\\b(Thread|TimeUnit\\.\\w+|SECONDS|MILLISECONDS)\\s*\\.\\s*" + "sleep\\(");
    private static final Pattern DISABLES = Pattern.compile("@" + "Disabled");
    private static final Pattern PUTS_OFF = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern MEDIA_SERVER =
            Pattern.compile("(?i:emby|openlist)|(?<![a-zA-Z])(?i:alist)|(?<=[a-z])Alist");

    private static final Pattern RELEASE = Pattern.compile("## (Unreleased|\\d+\\.\\d+\\.\\d+ - \\d{4}-\\d\\d-\\d\\d)");
    private static final List<String> KINDS = List.of("### New", "### Changed", "### Fixed");

    @Test
    void testsAwaitAConditionAndNeverSleep() throws IOException {
        assertThat(lines(SLEEPS, "test", Repository.MODULES)).isEmpty();
        assertThat(SLEEPS.matcher("        Thread." + "sleep(100);").find()).isTrue();
        assertThat(SLEEPS.matcher("TimeUnit.SECONDS." + "sleep(1);").find()).isTrue();
    }

    @Test
    void noTestIsDisabled() throws IOException {
        assertThat(lines(DISABLES, "test", Repository.MODULES)).isEmpty();
        assertThat(DISABLES.matcher("    @" + "Disabled(\"flaky\")").find()).isTrue();
        assertThat(DISABLES.matcher("    @" + "DisabledOnOs(OS.MAC)").find()).isTrue();
    }

    @Test
    void nothingIsPutOff() throws IOException {
        assertThat(lines(PUTS_OFF, "main", Repository.MODULES)).isEmpty();
        assertThat(PUTS_OFF.matcher("// TO" + "DO: later").find()).isTrue();
        assertThat(PUTS_OFF.matcher("int XX" + "XXL;").find()).isFalse();
    }

    @Test
    void noFileHoldsTwoIdeas() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (String part : List.of("main", "test")) {
            for (Path file : Repository.javaFiles(part, Repository.MODULES)) {
                int count = Files.readAllLines(file).size();
                if (count > MAX_LINES) {
                    tooLong.add(file.getFileName() + ": " + count + " lines (expected: at most " + MAX_LINES + ")");
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void theEngineHasNoWordOfAMediaServer() throws IOException {
        assertThat(lines(MEDIA_SERVER, "main", List.of("engine"))).isEmpty();
        for (String word :
                List.of("Emby", "X-Emby-Token", "embyRoutes", "OpenList", "alist", "an Alist", "fromAlist")) {
            assertThat(MEDIA_SERVER.matcher("// " + word).find()).as(word).isTrue();
        }
        for (String word : List.of("dev.embergate", "Embergate", "a realistic finalist", "dataList")) {
            assertThat(MEDIA_SERVER.matcher("// " + word).find()).as(word).isFalse();
        }
    }

    @Test
    void theChangelogIsInForm() throws IOException {
        assertThat(changelogProblems(Files.readString(Repository.root().resolve("CHANGELOG.md"))))
                .isEmpty();
    }

    @Test
    void aChangelogInFormIsAccepted() {
        assertThat(changelogProblems("""
                # Changelog

                What users notice.

                ## Unreleased

                ### New

                - One thing that can be done,
                  on two lines.
                - Another.

                ## 1.2.3 - 2026-11-20

                ### Fixed

                - A wrong thing.
                """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Changelog\n",
                "# Changelog\n\n## soon\n\n### New\n\n- A.\n",
                "# Changelog\n\n## 1.0 - 2026-11-20\n\n### New\n\n- A.\n",
                "# Changelog\n\n## Unreleased\n\n### Added\n\n- A.\n",
                "# Changelog\n\n## Unreleased\n\n- A.\n",
                "# Changelog\n\n## Unreleased\n\n### New\n\n- No end of the sentence\n",
                "# Changelog\n\n## Unreleased\n\n### New\n\n- no capital.\n",
                "# Changelog\n\n## Unreleased\n\n### New\n\nProse.\n",
                "# Changelog\n\n## Unreleased\n\n### New\n",
                "# Changelog\n\n## Unreleased\n\n### Fixed\n\n- A.\n\n### New\n\n- B.\n",
            })
    void aChangelogOutOfFormIsNot(String text) {
        assertThat(changelogProblems(text)).hasSize(1);
    }

    /** The first thing that is wrong. */
    private static List<String> changelogProblems(String text) {
        String[] blocks = text.strip().replaceAll("\n- ", "\n\n- ").split("\n\n+");
        if (!blocks[0].equals("# Changelog")) {
            return List.of("first line: " + blocks[0] + " (expected: # Changelog)");
        }
        boolean inRelease = false;
        int kind = -1;
        boolean empty = false;
        for (String block : List.of(blocks).subList(1, blocks.length)) {
            boolean heading = block.startsWith("#");
            if (heading && empty) {
                return List.of("before " + block + ": nothing (expected: an entry)");
            }
            if (block.startsWith("## ")) {
                if (!RELEASE.matcher(block).matches()) {
                    return List.of(block + " (expected: ## Unreleased, or ## 1.2.3 - 2026-11-20)");
                }
                inRelease = true;
                kind = -1;
            } else if (heading) {
                int next = KINDS.indexOf(block);
                if (!inRelease || next <= kind) {
                    return List.of(block + " (expected: New, then Changed, then Fixed)");
                }
                kind = next;
                empty = true;
            } else if (inRelease) {
                if (kind < 0 || !block.matches("(?s)- [A-Z`].*\\.")) {
                    return List.of(block + " (expected: below New, Changed or Fixed, a sentence after a dash)");
                }
                empty = false;
            }
        }
        return empty ? List.of("end: nothing (expected: an entry)") : List.of();
    }

    private static List<String> lines(Pattern unwanted, String part, List<String> modules) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : Repository.javaFiles(part, modules)) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (unwanted.matcher(lines.get(i)).find()) {
                    found.add(file.getFileName() + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
