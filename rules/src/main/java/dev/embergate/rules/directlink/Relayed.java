package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.rules.emby.EmbyAnswer;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a request is not redirected but goes to Emby as it came. */
enum Relayed {
    NO_TOKEN("no token in the request"),
    NO_ITEM("no item id in the path"),
    CONVERSION("the player asks for a conversion: Static=false"),
    CONTAINER("the player does not take this container"),
    NOT_DOWNLOADABLE("the user may not download it"),
    EMBY_REFUSED("Emby refused the token or the item"),
    EMBY_NOT_FOUND("Emby has no such item, or no source of it"),
    EMBY_DOWN("Emby did not answer"),
    EMBY_MALFORMED("Emby's answer could not be read"),
    LIVE("a live stream"),
    NEEDS_HEADERS("the source wants header fields that a redirect cannot give"),
    LOCAL("local media"),
    UNMAPPED("no place on the drive for this path"),
    SOURCE_UNFIT("the source's address is none to send a player to"),
    ALIST_UNAUTHORISED("Alist does not know our token"),
    ALIST_FORBIDDEN("Alist refused the file"),
    ALIST_NOT_FOUND("Alist has no such file"),
    ALIST_BUSY("Alist has too many questions"),
    ALIST_FAILED("Alist or its drive failed"),
    ALIST_DOWN("Alist did not answer"),
    ALIST_MALFORMED("Alist's answer could not be read, or is a folder"),
    LINK_UNFIT("the drive's link is none to send a player to"),
    SLOW("the look-up took too long"),
    FAILED("the look-up failed");

    private static final Logger LOG = LoggerFactory.getLogger(Relayed.class);

    // Outcomes are immutable by their contract.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Outcome.Pass pass;

    private final String label = name().toLowerCase(Locale.ROOT);

    Relayed(String reason) {
        this.pass = new Outcome.Pass(reason);
    }

    Outcome.Pass pass() {
        return pass;
    }

    /** For the counter. */
    String label() {
        return label;
    }

    /** For a throw nobody expected. Its message might hold an address, so only its kind is logged. */
    static Relayed failed(Throwable thrown) {
        LOG.debug("look-up failed by {}", thrown.getClass().getName());
        return FAILED;
    }

    static Relayed of(EmbyAnswer.Why why) {
        return switch (why) {
            case REFUSED -> EMBY_REFUSED;
            case NOT_FOUND -> EMBY_NOT_FOUND;
            case DOWN -> EMBY_DOWN;
            case MALFORMED -> EMBY_MALFORMED;
        };
    }

    static Relayed of(AlistAnswer.Why why) {
        return switch (why) {
            case UNAUTHORISED -> ALIST_UNAUTHORISED;
            case FORBIDDEN -> ALIST_FORBIDDEN;
            case NOT_FOUND -> ALIST_NOT_FOUND;
            case BUSY -> ALIST_BUSY;
            case FAILED -> ALIST_FAILED;
            case DOWN -> ALIST_DOWN;
            case MALFORMED -> ALIST_MALFORMED;
        };
    }
}
