package dev.embergate.launcher.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads one YAML file into {@link Value}s. Bounded in size, depth and aliases. */
public final class YamlReader {
    public static final int MAX_FILE_BYTES = 4 << 20;
    static final int MAX_DEPTH = 50;
    static final int MAX_ALIASES = 100;

    private final Problems problems;

    public YamlReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * @param label how the file is called in problems
     * @return null when it cannot be read as YAML; the problem has been told
     */
    public @Nullable Value read(Path file, String label) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException e) {
            problems.add(Place.of(label), "", "no such file");
            return null;
        } catch (IOException e) {
            problems.add(Place.of(label), "", "cannot be read (" + e.getClass().getSimpleName() + ")");
            return null;
        }
        if (bytes.length > MAX_FILE_BYTES) {
            problems.add(Place.of(label), "", "too large (expected: at most " + (MAX_FILE_BYTES >> 20) + " MiB)");
            return null;
        }
        try {
            // The plain String constructor would put U+FFFD where a byte is wrong, and say nothing.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return read(text, label);
        } catch (CharacterCodingException e) {
            problems.add(Place.of(label), "", "not UTF-8 (expected: text in UTF-8)");
            return null;
        }
    }

    /** As {@link #read(Path, String)}; an empty text is an empty mapping. */
    public @Nullable Value read(String text, String label) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setCodePointLimit(MAX_FILE_BYTES);
        String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            Composer composer =
                    new Composer(new ParserImpl(new StreamReader(unmarked), options), new TextOnly(), options);
            Node root = composer.getSingleNode();
            return root == null
                    ? Value.Mapping.empty(new Place(label, 1, 1))
                    : new NodeReader(label, problems).read(root);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            Place place = mark == null ? Place.of(label) : new Place(label, mark.getLine() + 1, mark.getColumn() + 1);
            problems.add(place, "", describe(unmarked, mark, e));
            return null;
        } catch (YAMLException e) {
            problems.add(Place.of(label), "", "not YAML: " + firstLine(e.getMessage()));
            return null;
        } catch (IllegalArgumentException e) {
            // What SnakeYAML 2.7 throws at an escape that the end of the file cuts short, or that names no character.
            problems.add(Place.of(label), "", "not YAML: malformed escape in a quoted text (expected: such as \\x41)");
            return null;
        }
    }

    private static String describe(String text, @Nullable Mark mark, MarkedYAMLException e) {
        if (mark != null && mark.getIndex() < text.length() && text.codePointAt(charIndex(text, mark)) == '\t') {
            return "tab (expected: spaces for indentation)";
        }
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        return "not YAML: " + firstLine(context + e.getProblem());
    }

    /** Marks count code points. */
    private static int charIndex(String text, Mark mark) {
        int points = text.codePointCount(0, text.length());
        return text.offsetByCodePoints(0, Math.min(mark.getIndex(), points - 1));
    }

    private static String firstLine(@Nullable String message) {
        if (message == null) {
            return "unreadable";
        }
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    /** Every plain scalar is text: YAML 1.1 would make a truth of {@code on} and 8 of {@code 010}. */
    private static final class TextOnly extends Resolver {
        @Override
        protected void addImplicitResolvers() {}
    }
}
