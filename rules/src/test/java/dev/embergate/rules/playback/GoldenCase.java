package dev.embergate.rules.playback;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.embergate.engine.testkit.HeadOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One file of {@code playback/*.case}: what is asked and set, a line each; Emby's body; a line {@code ----}; the client's body.
 */
record GoldenCase(String name, HeadOf request, PlaybackInfoConfig config, String upstreamBody, String clientBody) {
    static List<GoldenCase> all() {
        try {
            Path folder = Path.of(Objects.requireNonNull(GoldenCase.class.getResource("/playback"))
                    .toURI());
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith(".case"))
                        .sorted()
                        .map(GoldenCase::read)
                        .toList();
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GoldenCase read(Path file) {
        String text;
        try {
            text = Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int line = text.indexOf("\n----\n");
        int body = text.indexOf("\n{") + 1;
        String[] asked = null;
        List<String> fields = new ArrayList<>();
        List<String> roots = new ArrayList<>();
        boolean keepTranscoding = false;
        for (String setting : text.substring(0, body).split("\n")) {
            String[] parts = setting.split(": ", 2);
            switch (parts[0]) {
                case "request" -> asked = parts[1].split(" ");
                case "header" -> fields.addAll(List.of(parts[1].split(": ", 2)));
                case "local-roots" -> roots.add(parts[1]);
                case "keep-transcoding" -> keepTranscoding = Boolean.parseBoolean(parts[1]);
                default -> {
                    if (!setting.startsWith("#")) {
                        throw new IllegalArgumentException(file + ": " + setting);
                    }
                }
            }
        }
        return new GoldenCase(
                file.getFileName().toString(),
                HeadOf.of(Objects.requireNonNull(asked)[0], asked[1], fields.toArray(String[]::new)),
                new PlaybackInfoConfig("", roots, keepTranscoding, 64 * 1024),
                text.substring(body, line + 1),
                text.substring(line + "\n----\n".length()));
    }

    @Override
    public String toString() {
        return name;
    }
}
