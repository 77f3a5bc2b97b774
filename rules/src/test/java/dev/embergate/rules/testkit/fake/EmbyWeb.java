package dev.embergate.rules.testkit.fake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The static files of a web client, small but real: a page, a script and a style sheet that belong together. */
final class EmbyWeb {
    private static final Map<String, Content> FILES = Map.of(
            "/web/index.html",
            file("text/html; charset=utf-8", """
                    <!DOCTYPE html>
                    <html><head><meta charset="utf-8"><title>Fake Emby</title>
                    <link rel="stylesheet" href="css/site.css"></head>
                    <body><h1>Fake Emby 余烬</h1><script src="js/app.js"></script></body></html>
                    """),
            "/web/js/app.js",
            file("text/javascript; charset=utf-8", """
                    fetch("../System/Info/Public").then(answer => answer.json()).then(info => {
                        document.querySelector("h1").textContent += " " + info.Version;
                    });
                    """),
            "/web/css/site.css",
            file("text/css; charset=utf-8", "h1 { font-family: sans-serif; color: #c52; }\n"));

    private EmbyWeb() {}

    private static Content file(String mediaType, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(
                bytes,
                mediaType,
                '"' + Integer.toHexString(text.hashCode()) + '"',
                Instant.parse("2026-01-06T08:00:00Z"));
    }

    /** Null when the path is none of the web client's. */
    static @Nullable FakeAnswer answer(String path, FakeRequest request) {
        String lower = path.toLowerCase(Locale.ROOT);
        if (lower.equals("/") || lower.equals("/web") || lower.equals("/web/")) {
            return FakeAnswer.empty(302).with("Location", lower.equals("/web/") ? "index.html" : "web/index.html");
        }
        Content file = FILES.get(lower);
        if (file == null) {
            return lower.startsWith("/web/") ? FakeAnswer.text(404, "File not found.") : null;
        }
        return file.answer(request).with("Cache-Control", "max-age=600");
    }
}
