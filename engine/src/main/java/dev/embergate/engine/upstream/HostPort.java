package dev.embergate.engine.upstream;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server part of an address. Also of names that {@link URI#getHost} calls none: container networks are full of services with an
 * underscore in their name, and looking such a name up works.
 *
 * @param host as written; IPv6 in brackets
 * @param port -1 when none is written
 */
record HostPort(String host, int port) {
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    /** Null when the address has none. */
    static @Nullable HostPort of(URI uri) {
        if (uri.getHost() != null) {
            return new HostPort(uri.getHost(), uri.getPort());
        }
        String authority = uri.getRawAuthority();
        Matcher named = NAMED.matcher(authority == null ? "" : authority);
        if (!named.matches()) {
            return null;
        }
        int port = named.group(2) == null ? -1 : Integer.parseInt(named.group(2));
        return new HostPort(named.group(1), port);
    }

    int portOr(int otherwise) {
        return port > 0 ? port : otherwise;
    }

    /** As it is resolved: IPv6 without brackets. */
    String name() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return port > 0 ? host + ":" + port : host;
    }
}
