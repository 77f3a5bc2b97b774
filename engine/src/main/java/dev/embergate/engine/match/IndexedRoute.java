package dev.embergate.engine.match;

import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Route;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route in its place in a table, ready to be asked. Conditions other than the path are looked at on candidates only. */
final class IndexedRoute {
    /** Place among all routes of the table, in file order: the smaller one wins. */
    final int order;

    /** Place of its rule. */
    final int rule;

    final PathPattern path;
    private final boolean ignoreCase;
    private final String[] methods;
    private final @Nullable String host;
    private final boolean hostSuffix;
    private final String[] queryNames;
    private final String[] queryValues;
    private final @Nullable String upgrade;

    IndexedRoute(int order, int rule, Route route) {
        this.order = order;
        this.rule = rule;
        path = new PathPattern(route.path(), route.ignoreCase());
        ignoreCase = route.ignoreCase();
        methods = route.methods().toArray(String[]::new);
        String wanted = route.host();
        hostSuffix = wanted != null && wanted.startsWith("*.");
        host = wanted != null && hostSuffix ? wanted.substring(1) : wanted;
        queryNames = route.query().keySet().toArray(String[]::new);
        queryValues = route.query().values().toArray(String[]::new);
        upgrade = route.upgrade();
    }

    /** Whether all conditions but the path hold. */
    boolean admits(RequestHead request) {
        return methodHolds(request) && hostHolds(request) && queryHolds(request) && upgradeHolds(request);
    }

    private boolean methodHolds(RequestHead request) {
        if (methods.length == 0) {
            return true;
        }
        String method = request.method();
        for (String ours : methods) {
            if (ours.equals(method)) {
                return true;
            }
        }
        return false;
    }

    private boolean hostHolds(RequestHead request) {
        String wanted = host;
        if (wanted == null) {
            return true;
        }
        String authority = request.client().authority();
        int end = hostEnd(authority);
        int offset = end - wanted.length();
        return (hostSuffix ? offset > 0 : offset == 0)
                && authority.regionMatches(true, offset, wanted, 0, wanted.length());
    }

    /** Where the port begins; the colons of an IPv6 literal stand in brackets (RFC 3986 section 3.2.2). */
    private static int hostEnd(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? colon : authority.length();
    }

    private boolean queryHolds(RequestHead request) {
        for (int i = 0; i < queryNames.length; i++) {
            if (!queryHolds(request, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean queryHolds(RequestHead request, int i) {
        String value = request.queryIgnoreCase(queryNames[i]);
        return value != null && (queryValues[i].equals("*") || queryValues[i].equalsIgnoreCase(value));
    }

    private boolean upgradeHolds(RequestHead request) {
        return upgrade == null || upgrade.equalsIgnoreCase(request.upgrade());
    }

    /**
     * How near a request comes: conditions are taken in the order path, method, host, query, upgrade, and of two routes whose
     * path fails the one that agrees in more segments is nearer.
     */
    int nearness(RequestHead request) {
        int agreement = path.agreement(request.path());
        if (agreement != Integer.MAX_VALUE) {
            return agreement;
        }
        int failed = !methodHolds(request) ? 4 : !hostHolds(request) ? 3 : !queryHolds(request) ? 2 : 1;
        return Integer.MAX_VALUE - failed;
    }

    /** The first condition that fails; empty when none does. Values of the request's query are left out: they may be secrets. */
    String whyNot(RequestHead request) {
        if (!path.matches(request.path())) {
            return "path (expected: " + path.text() + (ignoreCase ? " in any letter case)" : ")");
        }
        String place = path.text() + ": ";
        if (!methodHolds(request)) {
            return place + "method " + request.method() + " (expected: " + String.join(" or ", methods) + ")";
        }
        if (!hostHolds(request)) {
            return place + "host (expected: " + (hostSuffix ? "*" : "") + host + ")";
        }
        for (int i = 0; i < queryNames.length; i++) {
            if (!queryHolds(request, i)) {
                boolean absent = request.queryIgnoreCase(queryNames[i]) == null;
                String expected = queryValues[i].equals("*") ? "any value" : queryValues[i];
                return place + "query " + queryNames[i] + (absent ? " absent" : " differs") + " (expected: " + expected
                        + ")";
            }
        }
        if (!upgradeHolds(request)) {
            return place + "upgrade (expected: " + upgrade + ")";
        }
        return "";
    }

    /** Whether every request that {@code other} matches is matched by this route. False when in doubt. */
    boolean covers(IndexedRoute other) {
        return path.covers(other.path)
                && coversMethods(other)
                && coversHost(other)
                && coversQuery(other)
                && coversUpgrade(other);
    }

    private boolean coversMethods(IndexedRoute other) {
        if (methods.length == 0) {
            return true;
        }
        return other.methods.length > 0 && Set.of(methods).containsAll(List.of(other.methods));
    }

    private boolean coversHost(IndexedRoute other) {
        if (host == null) {
            return true;
        }
        if (other.host == null || (other.hostSuffix && !hostSuffix)) {
            return false;
        }
        int offset = other.host.length() - host.length();
        // A suffix keeps its dot: *.b covers *.b, *.a.b and a.b, not b and not ab.
        boolean longEnough = !hostSuffix ? offset == 0 : other.hostSuffix ? offset >= 0 : offset > 0;
        return longEnough && other.host.regionMatches(true, offset, host, 0, host.length());
    }

    private boolean coversQuery(IndexedRoute other) {
        for (int i = 0; i < queryNames.length; i++) {
            if (!other.requires(queryNames[i], queryValues[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean requires(String name, String value) {
        for (int i = 0; i < queryNames.length; i++) {
            if (queryNames[i].equalsIgnoreCase(name) && (value.equals("*") || queryValues[i].equalsIgnoreCase(value))) {
                return true;
            }
        }
        return false;
    }

    private boolean coversUpgrade(IndexedRoute other) {
        return upgrade == null || upgrade.equalsIgnoreCase(other.upgrade);
    }
}
