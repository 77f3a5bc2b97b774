package dev.embergate.launcher.config;

import java.util.List;
import java.util.Map;

/** A piece of YAML with its place. Scalars are text until a record's component says what they mean. */
public sealed interface Value {
    Place place();

    /**
     * @param text as written, before {@code ${NAME}} is replaced
     * @param quoted whether it stood in quotes or a block, so that it cannot mean null
     */
    record Scalar(Place place, String text, boolean quoted) implements Value {
        /** Without the text: it may be a secret. */
        @Override
        public String toString() {
            return "Scalar[" + place + "]";
        }

        /** YAML 1.2 core schema, section 10.3.2. */
        boolean isNull() {
            return !quoted
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }
    }

    record Sequence(Place place, List<Value> items) implements Value {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** @param entries in file order; merged-in ones last */
    record Mapping(Place place, Map<String, Entry> entries) implements Value {
        public static Mapping empty(Place place) {
            return new Mapping(place, Map.of());
        }

        /** Where the value of a dotted key stands, or the nearest mapping around it. */
        public Place placeOf(String dottedKey) {
            Mapping around = this;
            for (String name : dottedKey.split("\\.")) {
                Entry entry = around.entries.get(name);
                if (entry == null) {
                    return around.place;
                }
                if (!(entry.value() instanceof Mapping inner)) {
                    return entry.value().place();
                }
                around = inner;
            }
            return around.place;
        }
    }

    /** @param keyPlace where the key itself stands */
    record Entry(Place keyPlace, Value value) {}
}
