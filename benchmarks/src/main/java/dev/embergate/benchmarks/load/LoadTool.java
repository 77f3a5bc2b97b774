package dev.embergate.benchmarks.load;

import java.util.Arrays;
import java.util.List;

/** Entry point of the scripts in {@code benchmarks/load}. Ends with 1 when a goal is not met, with 2 when it could not run. */
final class LoadTool {
    private LoadTool() {}

    public static void main(String[] arguments) {
        int status;
        try {
            status = run(Arrays.asList(arguments)) ? 0 : 1;
        } catch (Exception e) {
            System.err.println("benchmarks/load: " + e);
            e.printStackTrace();
            status = 2;
        }
        System.exit(status);
    }

    private static boolean run(List<String> arguments) throws Exception {
        Options options = Options.of(arguments.subList(1, arguments.size()));
        return switch (arguments.getFirst()) {
            case "run" -> new Comparison(options).run();
            case "guard" -> new Guard(options).run();
            case "scale" -> new Scale(options).run();
            case "soak" -> new Soak(options).run();
            default ->
                throw new IllegalArgumentException(arguments.getFirst() + ": (expected: run, guard, scale or soak)");
        };
    }
}
