package dev.embergate.launcher;

import dev.embergate.launcher.cli.CommandLineProgram;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where the program begins. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new CommandLineProgram(System.getenv(), out, err).execute(args));
    }
}
