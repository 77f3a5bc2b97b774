package dev.embergate.engine.encode;

import dev.embergate.engine.decode.ParsedHead;
import java.util.Locale;
import java.util.Set;

/** Which fields are meant for one hop only and stop here (RFC 9110 section 7.6.1). */
public final class HopByHop {
    /** What only the engine writes, in heads given here. */
    private static final Set<String> ENGINES = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "date");

    private HopByHop() {}

    /** Also those that Connection names. */
    public static boolean stops(ParsedHead head, int index) {
        return head.fieldName(index).isHopByHop() || head.namedByConnection(index);
    }

    public static boolean isEngines(String name) {
        return switch (name.length()) {
            case 2, 4, 7, 10, 14, 16, 17 -> ENGINES.contains(name.toLowerCase(Locale.ROOT));
            default -> false;
        };
    }
}
