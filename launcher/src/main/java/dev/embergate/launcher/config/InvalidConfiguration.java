package dev.embergate.launcher.config;

import java.util.List;

/** A configuration that cannot be used, with all that is wrong with it. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<String> problems;

    public InvalidConfiguration(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** One line each, with file, line, key and what was expected; free of secrets. */
    public List<String> problems() {
        return problems;
    }
}
