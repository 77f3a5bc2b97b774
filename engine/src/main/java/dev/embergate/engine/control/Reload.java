package dev.embergate.engine.control;

import java.util.List;

/** Reads the configuration anew and puts it in place, or leaves everything as it is. Implemented by the launcher. */
@FunctionalInterface
public interface Reload {
    /** Blocks while files are read and checked: not on an event loop. Calls from several threads take turns. */
    Result reload();

    /**
     * @param problems why nothing was changed, one line each with file, line, key and expectation; empty when it worked
     * @param restartNeeded keys that changed but only take effect after a restart
     */
    record Result(List<String> problems, List<String> restartNeeded) {
        public Result {
            problems = List.copyOf(problems);
            restartNeeded = List.copyOf(restartNeeded);
        }

        public boolean applied() {
            return problems.isEmpty();
        }
    }
}
