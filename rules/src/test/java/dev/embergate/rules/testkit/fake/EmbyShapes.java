package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embergate.rules.testkit.fake.ShapeFacts.Parameter;
import dev.embergate.rules.testkit.fake.ShapeFacts.Route;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether requests and answers have the shapes of Emby's interface, by the facts of {@link ShapeFacts}.
 *
 * <p>Requests are judged as Emby binds them: names without case, unknown ones ignored, numbers and booleans also as
 * text, lists also with commas. Answers are judged strictly: an unknown property or a wrong type is a fault.
 */
final class EmbyShapes {
    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MAX_FAULTS = 20;

    /** @param parameters what the path's {@code {names}} stood for */
    record Found(Route route, Map<String, String> parameters) {}

    private final ShapeFacts facts = ShapeFacts.load();

    ShapeFacts facts() {
        return facts;
    }

    /**
     * The route with the most literal path that fits; HEAD is answered where GET is. Null when the interface has none.
     */
    @Nullable
    Found find(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        String[] segments = path.substring(1).split("/", -1);
        Found best = null;
        for (Route route : facts.routes()) {
            if (route.method().equals(asked) && route.segments().size() == segments.length) {
                Found found = fit(route, segments);
                if (found != null && (best == null || weight(found.route).compareTo(weight(best.route)) > 0)) {
                    best = found;
                }
            }
        }
        return best;
    }

    private static @Nullable Found fit(Route route, String[] segments) {
        Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < segments.length; i++) {
            String pattern = route.segments().get(i);
            int brace = pattern.indexOf('{');
            if (brace < 0) {
                if (!pattern.equalsIgnoreCase(segments[i])) {
                    return null;
                }
            } else if (segments[i].length() > brace
                    && segments[i].substring(0, brace).equalsIgnoreCase(pattern.substring(0, brace))) {
                parameters.put(pattern.substring(brace + 1, pattern.length() - 1), segments[i].substring(brace));
            } else {
                return null;
            }
        }
        return new Found(route, parameters);
    }

    /** A digit a segment: 2 for a literal, 1 for a literal beginning, 0 for a parameter alone. */
    private static String weight(Route route) {
        StringBuilder weight = new StringBuilder();
        for (String segment : route.segments()) {
            int brace = segment.indexOf('{');
            weight.append(brace < 0 ? '2' : brace > 0 ? '1' : '0');
        }
        return weight.toString();
    }

    List<String> faults(Found found, FakeRequest request, @Nullable JsonNode body) {
        Faults faults = new Faults(found.route.name(), true);
        for (Parameter parameter : found.route.parameters()) {
            String value = switch (parameter.place()) {
                case QUERY -> request.query(parameter.name());
                case PATH -> found.parameters.get(parameter.name());
                case HEADER -> identity(request, parameter.name());
            };
            if (value == null || value.isEmpty() && !parameter.type().equals("string")) {
                if (parameter.required()) {
                    faults.add(parameter.name(), "missing", "a " + parameter.type());
                }
            } else {
                text(value, parameter.type(), parameter.name(), faults);
            }
        }
        if (found.route.body() != null && body != null) {
            value(body, found.route.body(), "body", faults);
        }
        return faults.found;
    }

    List<String> faults(Found found, JsonNode answer) {
        Faults faults = new Faults(found.route.name(), false);
        if (found.route.answer() != null) {
            value(answer, found.route.answer(), "answer", faults);
        }
        return faults.found;
    }

    /** What WebSocket messages carry is not in the interface's document, but made of its schemas. */
    List<String> faults(String where, JsonNode value, String type) {
        Faults faults = new Faults(where, false);
        value(value, type, "data", faults);
        return faults.found;
    }

    /** Clients say who they are in any of these places. */
    private static @Nullable String identity(FakeRequest request, String name) {
        String value = request.header(name);
        if (value == null) {
            value = request.header("Authorization");
        }
        if (value == null) {
            value = request.query(name);
        }
        return value == null ? request.query("X-Emby-Client") : value;
    }

    private void value(JsonNode value, String type, String where, Faults faults) {
        if (value.isNull() || faults.full()) {
            return;
        }
        if (faults.lenient && value.isValueNode() && !value.isBoolean()) {
            text(value.asText(), type, where, faults);
            return;
        }
        if (type.startsWith("[")) {
            String element = type.substring(1, type.length() - 1);
            faults.require(value.isArray(), where, value, "a list of " + element);
            for (int i = 0; i < value.size() && value.isArray(); i++) {
                value(value.get(i), element, where + "[" + i + "]", faults);
            }
        } else if (type.startsWith("{")) {
            faults.require(value.isObject(), where, value, "an object");
            value.properties()
                    .forEach(entry -> value(
                            entry.getValue(),
                            type.substring(1, type.length() - 1),
                            where + "." + entry.getKey(),
                            faults));
        } else if (facts.schemas().containsKey(type)) {
            object(value, type, where, faults);
        } else if (facts.enums().containsKey(type)) {
            faults.require(value.isTextual(), where, value, type);
            text(value.asText(), type, where, faults);
        } else {
            plain(value, type, where, faults);
        }
    }

    private void object(JsonNode value, String schema, String where, Faults faults) {
        faults.require(value.isObject(), where, value, "an object " + schema);
        Map<String, String> properties = facts.schemas().getOrDefault(schema, Map.of());
        value.properties().forEach(entry -> {
            String type = properties.getOrDefault("*", "");
            for (Map.Entry<String, String> property : properties.entrySet()) {
                boolean same = faults.lenient
                        ? property.getKey().equalsIgnoreCase(entry.getKey())
                        : property.getKey().equals(entry.getKey());
                if (same) {
                    type = property.getValue();
                }
            }
            String inside = where + "." + entry.getKey();
            if (!type.isEmpty()) {
                value(entry.getValue(), type, inside, faults);
            } else if (!faults.lenient) {
                faults.add(inside, "unknown", "a property of " + schema);
            }
        });
    }

    private void plain(JsonNode value, String type, String where, Faults faults) {
        boolean fits = switch (type) {
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "int32" -> value.isIntegralNumber() && value.canConvertToInt();
            case "int64" -> value.isIntegralNumber() && value.canConvertToLong();
            case "double" -> value.isNumber();
            case "date", "guid" -> value.isTextual();
            case "object" -> value.isObject();
            default -> throw new IllegalStateException("emby-shapes.txt: unknown type " + type);
        };
        faults.require(fits, where, value, "a " + type);
        if (fits && (type.equals("date") || type.equals("guid"))) {
            text(value.asText(), type, where, faults);
        }
    }

    /** A value written as text: in a query, a path, or by a client that quotes everything. */
    private void text(String value, String type, String where, Faults faults) {
        List<String> values = facts.enums().get(type);
        if (values != null) {
            boolean known = values.stream().anyMatch(faults.lenient ? value::equalsIgnoreCase : value::equals);
            faults.require(known, where, value, "one of " + values);
            return;
        }
        boolean fits = switch (type) {
            case "boolean" -> List.of("true", "false", "1", "0").contains(value.toLowerCase(Locale.ROOT));
            case "int32" -> number(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int64" -> number(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "double" -> value.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
            case "guid" -> GUID.matcher(value).matches();
            case "date" -> instant(value);
            case "object" -> false;
            default -> !facts.schemas().containsKey(type);
        };
        faults.require(fits, where, value, "a " + type);
    }

    private static boolean number(String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            return number >= least && number <= most;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean instant(String value) {
        try {
            Instant.parse(value);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static final class Faults {
        private final String route;
        private final boolean lenient;
        private final List<String> found = new ArrayList<>();

        Faults(String route, boolean lenient) {
            this.route = route;
            this.lenient = lenient;
        }

        boolean full() {
            return found.size() >= MAX_FAULTS;
        }

        void require(boolean holds, String where, Object value, String expected) {
            if (!holds) {
                String shown = value.toString();
                add(where, shown.length() > 40 ? shown.substring(0, 40) + "..." : shown, expected);
            }
        }

        void add(String where, String value, String expected) {
            if (!full()) {
                found.add(route + " " + where + ": " + value + " (expected: " + expected + ")");
            }
        }
    }
}
