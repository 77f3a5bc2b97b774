package dev.embergate.rules.testkit.fake;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The facts of {@code emby-shapes.txt}, whose first lines explain its format.
 *
 * @param schemas properties with their types, by schema
 * @param enums values, by enum
 */
record ShapeFacts(List<Route> routes, Map<String, Map<String, String>> schemas, Map<String, List<String>> enums) {
    /** Where a parameter stands. */
    enum Place {
        QUERY,
        PATH,
        HEADER
    }

    record Parameter(Place place, String name, String type, boolean required) {}

    /** @param body a schema; null for none. {@code answer} likewise, or a list of one in brackets */
    record Route(
            String method,
            String path,
            List<String> segments,
            List<Parameter> parameters,
            @Nullable String body,
            @Nullable String answer) {
        String name() {
            return method + " " + path;
        }
    }

    private static final Pattern BLANKS = Pattern.compile(" +");

    static ShapeFacts load() {
        Reader reader = new Reader();
        for (String line : lines()) {
            reader.line(line);
        }
        return new ShapeFacts(List.copyOf(reader.routes), reader.schemas, reader.enums);
    }

    /** The file's lines, comments left out and continued ones joined. */
    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        try (InputStream in = ShapeFacts.class.getResourceAsStream("emby-shapes.txt")) {
            if (in == null) {
                throw new IllegalStateException("emby-shapes.txt: missing");
            }
            BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                if (line.startsWith(" ")) {
                    lines.set(lines.size() - 1, lines.getLast() + " " + line.strip());
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static final class Reader {
        private final Map<String, List<Parameter>> sets = new TreeMap<>();
        private final List<Route> routes = new ArrayList<>();
        private final Map<String, Map<String, String>> schemas = new TreeMap<>();
        private final Map<String, List<String>> enums = new TreeMap<>();

        void line(String line) {
            List<String> words = List.of(BLANKS.split(line));
            String head = words.getFirst();
            String second = words.get(1);
            if (head.startsWith("@")) {
                sets.put(
                        head,
                        words.subList(2, words.size()).stream()
                                .map(Reader::parameter)
                                .toList());
            } else if (second.equals(":")) {
                Map<String, String> properties = new LinkedHashMap<>();
                for (String property : words.subList(2, words.size())) {
                    int colon = property.indexOf(':');
                    properties.put(property.substring(0, colon), property.substring(colon + 1));
                }
                schemas.put(head, properties);
            } else if (second.equals("=")) {
                enums.put(head, words.subList(2, words.size()));
            } else {
                route(words);
            }
        }

        private void route(List<String> words) {
            List<Parameter> parameters = new ArrayList<>();
            String body = null;
            String answer = null;
            for (int i = 2; i < words.size(); i++) {
                String word = words.get(i);
                if (word.equals("<")) {
                    body = words.get(++i);
                } else if (word.equals(">")) {
                    answer = words.get(++i);
                } else if (word.startsWith("@")) {
                    parameters.addAll(sets.getOrDefault(word, List.of()));
                } else {
                    parameters.add(parameter(word));
                }
            }
            String path = words.get(1);
            List<String> segments = List.of(path.substring(1).split("/"));
            routes.add(new Route(words.getFirst(), path, segments, List.copyOf(parameters), body, answer));
        }

        private static Parameter parameter(String word) {
            int colon = word.indexOf(':');
            String name = word.substring(0, colon);
            String type = word.substring(colon + 1);
            boolean required = name.endsWith("*");
            if (required) {
                name = name.substring(0, name.length() - 1);
            }
            if (name.startsWith("path.")) {
                return new Parameter(Place.PATH, name.substring(5), type, required);
            }
            if (name.startsWith("header.")) {
                return new Parameter(Place.HEADER, name.substring(7), type, required);
            }
            return new Parameter(Place.QUERY, name, type, required);
        }
    }
}
