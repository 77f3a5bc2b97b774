package dev.embergate.engine.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One file of the corpus: comment lines that begin with {@code #}, then octets. Line ends of the file itself do not count; what
 * counts is written {@code \r \n \t \\ \xHH}, so that no editor and no version control changes it.
 *
 * <p>Comments: the RFC's section, why, {@code verdict:} as {@link Transcript#verdict} tells it, {@code request:} the method an
 * answer is to (GET), and {@code netty:} the verdict of Netty's codec where it differs on purpose.
 */
record HostileMessage(String name, String section, String verdict, String requestMethod, String netty, byte[] bytes) {

    static Stream<HostileMessage> requests() {
        return all("requests");
    }

    static Stream<HostileMessage> responses() {
        return all("responses");
    }

    private static Stream<HostileMessage> all(String folder) {
        try {
            Path path = Path.of(Objects.requireNonNull(HostileMessage.class.getResource("/hostile/" + folder))
                    .toURI());
            try (Stream<Path> files = Files.list(path)) {
                return files.sorted().map(HostileMessage::read).toList().stream();
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("corpus: " + folder, e);
        }
    }

    private static HostileMessage read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int comments = 0;
        while (comments < lines.size() && lines.get(comments).startsWith("# ")) {
            comments++;
        }
        List<String> header = lines.subList(0, comments);
        String text = String.join("", lines.subList(comments, lines.size()));
        return new HostileMessage(
                file.getFileName().toString(),
                header.getFirst().substring(2),
                unescaped(comment(header, "verdict", "")),
                comment(header, "request", "GET"),
                unescaped(comment(header, "netty", "")),
                Feeding.bytes(unescaped(text)));
    }

    private static String comment(List<String> header, String key, String otherwise) {
        String start = "# " + key + ": ";
        return header.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse(otherwise);
    }

    private static String unescaped(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.write(c);
                continue;
            }
            c = text.charAt(++i);
            switch (c) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '\\' -> out.write('\\');
                case 'x' -> {
                    out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("escape: \\" + c + " (expected: r, n, t, x or \\)");
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
