package dev.embergate.rules.uri;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns an address as other programs write it into one that fits a Location field: percent-encoded exactly once.
 *
 * <p>What is encoded already stays as it is; everything else that RFC 3986 does not allow where it stands is encoded as UTF-8,
 * a percent sign without two hexadecimal digits and a number sign included: a link to a file has no fragment, so a number sign
 * is part of a file's name. The first question mark begins the query.
 */
public final class WebAddress {
    /** Longest address handed to a client, in characters; common servers and players take no longer lines. */
    public static final int MAX_LENGTH = 8000;

    private WebAddress() {}

    /**
     * The address to send a client to.
     *
     * @return null unless it is an absolute http or https address with a host, a sane port, no user information, no control
     *     characters and no more than {@link #MAX_LENGTH} characters
     */
    public static @Nullable URI of(String written) {
        String text = written.strip();
        int authority = schemeLength(text);
        if (authority == 0 || text.length() > MAX_LENGTH || hasControls(text)) {
            return null;
        }
        int end = authority;
        while (end < text.length() && "/?#\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String host = host(text.substring(authority, end));
        if (host == null || (end < text.length() && text.charAt(end) == '\\')) {
            return null;
        }
        String encoded = encoded(text.substring(end));
        if (encoded == null) {
            return null;
        }
        String address = text.substring(0, authority).toLowerCase(Locale.ROOT) + host + encoded;
        try {
            return address.length() > MAX_LENGTH ? null : new URI(address);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /**
     * A path and query with everything encoded that may not stand there, once.
     *
     * @return null for unpaired surrogates
     */
    public static @Nullable String encoded(String pathAndQuery) {
        StringBuilder out = null;
        for (int i = 0; i < pathAndQuery.length(); i++) {
            char c = pathAndQuery.charAt(i);
            boolean fits = c == '%' ? PercentEncoding.isEscape(pathAndQuery, i) : fits(c);
            if (fits && out == null) {
                continue;
            }
            if (out == null) {
                out = new StringBuilder(pathAndQuery.length() + 32).append(pathAndQuery, 0, i);
            }
            if (fits) {
                out.append(c);
            } else if (c < 0x80) {
                PercentEncoding.appendEscaped(out, c);
            } else {
                int codePoint = pathAndQuery.codePointAt(i);
                if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    return null;
                }
                for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                    PercentEncoding.appendEscaped(out, b);
                }
                i += Character.charCount(codePoint) - 1;
            }
        }
        return out == null ? pathAndQuery : out.toString();
    }

    /** RFC 3986 sections 3.3 and 3.4: what a path may hold, slash and question mark. */
    private static boolean fits(char c) {
        return PercentEncoding.isUnreserved(c) || "!$&'()*+,;=:@/?".indexOf(c) >= 0;
    }

    private static int schemeLength(String text) {
        for (String scheme : new String[] {"http://", "https://"}) {
            if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return 0;
    }

    private static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Host and port as they may be sent; null when there is user information or what no host or port is made of. */
    private static @Nullable String host(String authority) {
        int colon = authority.lastIndexOf(':');
        int bracket = authority.lastIndexOf(']');
        boolean hasPort = colon > bracket;
        String host = hasPort ? authority.substring(0, colon) : authority;
        String port = hasPort ? authority.substring(colon + 1) : "";
        if (!isPort(port) || host.isEmpty()) {
            return null;
        }
        if (host.startsWith("[")) {
            boolean literal = host.endsWith("]") && host.length() > 3;
            for (int i = 1; literal && i < host.length() - 1; i++) {
                char c = host.charAt(i);
                literal = c == ':' || c == '.' || (Character.digit(c, 16) >= 0 && c < 0x80);
            }
            return literal ? authority : null;
        }
        String ascii = ascii(host);
        return ascii == null ? null : port.isEmpty() ? ascii : ascii + ":" + port;
    }

    private static boolean isPort(String port) {
        if (port.length() > 5) {
            return false;
        }
        int number = 0;
        for (int i = 0; i < port.length(); i++) {
            char c = port.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            number = number * 10 + c - '0';
        }
        return port.isEmpty() || (number > 0 && number <= 65535);
    }

    private static @Nullable String ascii(String host) {
        String ascii;
        try {
            ascii = IDN.toASCII(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            // An underscore is in no host name of RFC 1123, but in many names of containers.
            if (!PercentEncoding.isUnreserved(c) || c == '~') {
                return null;
            }
        }
        return ascii;
    }
}
