package dev.embergate.launcher.demo;

import dev.embergate.launcher.Version;
import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * What the demo tells its visitor at the start.
 *
 * @param token one that the pretended Emby takes; good for this run only
 */
record DemoGuide(DemoServers servers, int port, int adminPort, Path config, String token, boolean driveDown) {

    void print(PrintWriter out) {
        String proxy = "http://127.0.0.1:" + port;
        String play = "/emby/videos/" + Catalogue.FILM + "/original.mp4?api_key=" + token;
        out.println(Version.line());
        out.println();
        line(out, "proxy", proxy, "what players and Emby apps connect to");
        line(out, "admin", "http://127.0.0.1:" + adminPort, "/health  /ready  /metrics  /api/status");
        line(out, "Emby", servers.emby().origin().toString(), "pretended; stands behind the proxy");
        line(out, "Alist", servers.alist().origin().toString(), "pretended; knows where files lie on the drive");
        line(
                out,
                "drive",
                servers.drive().origin().toString(),
                driveDown ? "down, as you asked" : "pretended; has the films");
        line(out, "login", FakeEmby.USER + " / " + FakeEmby.PASSWORD, "user name and password");
        line(out, "config", config.toString(), "the rules of this demo");
        out.println();
        out.println(
                driveDown
                        ? "Try these; as the drive gives no links, Emby delivers the film through the proxy:"
                        : "Try these:");
        out.println();
        out.println("  1. Ask for a film and be sent to the drive for it");
        out.println("     curl -vL -o film.mp4 '" + proxy + play + "'");
        out.println();
        out.println("  2. Play it and seek in it");
        out.println("     mpv --start=20 '" + proxy + play + "'");
        out.println("     ffprobe '" + proxy + play + "'");
        out.println();
        out.println("  3. Talk to Emby's WebSocket through the proxy: it greets you and tells what has been watched");
        out.println("     curl -sN --max-time 3 --output - -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\");
        out.println("          -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: ZW1iZXJnYXRlLWRlbW8hIQ==' \\");
        out.println("          '" + proxy + "/embywebsocket?deviceId=demo&api_key=" + token + "'");
        out.println();
        out.println("  4. See which rule answers, and why the ones before it do not");
        out.println("     embergate rules explain --config '" + config + "' GET \\");
        out.println("          '" + play + "'");
        out.println();
        out.println("Ctrl-C stops.");
        out.println();
        out.flush();
    }

    private static void line(PrintWriter out, String name, String value, String meaning) {
        out.printf("  %-7s %-26s  %s%n", name, value, meaning);
    }
}
