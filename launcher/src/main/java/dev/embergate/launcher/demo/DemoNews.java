package dev.embergate.launcher.demo;

import dev.embergate.rules.testkit.fake.Served;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prints a line for each piece of a film, and counts which way the bytes went. Told on the threads of the servers. */
final class DemoNews {
    private static final Pattern STREAM = Pattern.compile(
            "(/emby)?/((videos|audio)/[^/]+/(stream|original|universal).*|items/[^/]+/(download|file))",
            Pattern.CASE_INSENSITIVE);

    private final PrintWriter out;
    private final AtomicLong fromDrive = new AtomicLong();
    private final AtomicLong throughProxy = new AtomicLong();

    DemoNews(PrintWriter out) {
        this.out = out;
    }

    void follow(DemoServers servers) {
        servers.drive().onServed(this::driveServed);
        servers.emby().onServed(this::embyServed);
    }

    private void driveServed(Served served) {
        if (served.status() >= 300) {
            say("drive ", served, "refused");
            return;
        }
        long all = fromDrive.addAndGet(served.bodyBytes());
        say("drive ", served, "straight to the player; " + size(all) + " kept off the proxy so far");
    }

    private void embyServed(Served served) {
        if (served.status() < 300 && STREAM.matcher(served.request().path()).matches()) {
            long all = throughProxy.addAndGet(served.bodyBytes());
            say("Emby  ", served, "through the proxy; " + size(all) + " so far");
        }
    }

    private void say(String who, Served served, String way) {
        String path = served.request().path();
        String range = served.request().header("Range");
        out.printf(
                "  %s %d %s %s%s to %s: %s %s%n",
                who,
                served.status(),
                served.request().method(),
                path.substring(path.lastIndexOf('/') + 1),
                range == null ? "" : " " + range,
                product(served.request().header("User-Agent")),
                size(served.bodyBytes()),
                way);
        out.flush();
    }

    /** The first word of a User-Agent, and no control characters: it is a stranger's. */
    private static String product(@Nullable String agent) {
        String first = agent == null ? "" : agent.split(" ", 2)[0].replaceAll("[^\\x21-\\x7e]", "?");
        return first.isEmpty() ? "somebody" : first.substring(0, Math.min(first.length(), 40));
    }

    static String size(long bytes) {
        return bytes < 1000 ? bytes + " bytes" : String.format(Locale.ROOT, "%,d kB", (bytes + 500) / 1000);
    }

    void printSum() {
        out.println("The drive served " + size(fromDrive.get()) + ", and " + size(throughProxy.get())
                + " of film went through the proxy.");
        out.flush();
    }
}
