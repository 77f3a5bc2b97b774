package dev.embergate.engine.telemetry;

import java.util.Locale;
import java.util.Set;

/**
 * Takes the secrets out of what peers send, for logs and explanations. What comes out is visible ASCII, of bounded length, and
 * safe inside double quotes.
 *
 * <p>Names stay and values become {@code ***}, because which parameter was sent is what one looks for in a log. In doubt a value
 * goes: a name is compared decoded, without case and punctuation, and a value that holds further names (an address with a query
 * of its own, encoded or not) is not looked into but replaced.
 */
public final class Redaction {
    /** What stands for a secret. */
    public static final String HIDDEN = "***";

    /** A raw target or value is read up to here; what follows is cut. */
    static final int MAX_CHARS = 1024;

    private static final Set<String> SECRET_NAMES = Set.of(
            "key",
            "ak",
            "sk",
            "pw",
            "pwd",
            "pass",
            "passwd",
            "passphrase",
            "sign",
            "sig",
            "jwt",
            "hash",
            "hmac",
            "policy",
            "sid",
            "session",
            "sessionid",
            "jsessionid",
            "pin",
            "code",
            "otp",
            "cookie",
            "qak");
    private static final String[] SECRET_PARTS = {
        "token", "signature", "password", "secret", "apikey", "credential", "accesskey", "authkey", "privatekey"
    };
    private static final String[] SECRET_BEGINNINGS = {"auth", "xoss", "qsign", "xcos"};
    private static final String[] SECRET_ENDINGS = {"sign", "sig"};

    private static final Set<String> SCHEMES = Set.of("basic", "bearer", "digest", "negotiate", "ntlm", "mediabrowser");

    /** In the lists that media servers put into an authorization field; all but the last say who asks. */
    private static final Set<String> AUTH_PARAMS =
            Set.of("client", "device", "deviceid", "version", "userid", "language", "token");

    private Redaction() {}

    /** A request target or an address, as received. */
    public static String redactTarget(String target) {
        StringBuilder out = new StringBuilder(Math.min(target.length(), MAX_CHARS) + 16);
        appendTarget(out, target);
        return out.toString();
    }

    /** A field's value as it may be shown. */
    public static String redactHeader(String name, String value) {
        StringBuilder out = new StringBuilder(64);
        String lowerCase = name.toLowerCase(Locale.ROOT);
        switch (lowerCase) {
            case "cookie" -> appendCookies(out, value, true);
            case "set-cookie" -> appendCookies(out, value, false);
            case "location", "content-location" -> appendLocation(out, value);
            default -> {
                if (lowerCase.endsWith("authorization")) {
                    appendCredentials(out, value);
                } else if (isSecret(name, 0, name.length())) {
                    out.append(HIDDEN);
                } else if (holdsNames(value, 0, value.length())) {
                    appendTarget(out, value);
                } else {
                    appendCut(out, value);
                }
            }
        }
        return out.toString();
    }

    static void appendTarget(StringBuilder out, String target) {
        boolean cut = target.length() > MAX_CHARS;
        int end = cut ? MAX_CHARS : target.length();
        int at = appendAuthority(out, target, end, cut);
        boolean inPath = true;
        at = appendParameter(out, target, at, end, inPath);
        while (at < end) {
            char delimiter = target.charAt(at);
            inPath &= delimiter != '?' && delimiter != '#';
            out.append(delimiter);
            at = appendParameter(out, target, at + 1, end, inPath);
        }
        if (cut) {
            out.append("...");
        }
    }

    /** Hides user information (RFC 3986 section 3.2.1) and returns where the authority ends; 0 when there is none. */
    private static int appendAuthority(StringBuilder out, String target, int end, boolean cut) {
        int start = authorityStart(target, end);
        if (start < 0) {
            return 0;
        }
        int stop = start;
        while (stop < end && "/?#".indexOf(target.charAt(stop)) < 0) {
            stop++;
        }
        LogText.append(out, target, 0, start);
        int at = target.lastIndexOf('@', stop - 1);
        if (stop == end && cut) {
            out.append(HIDDEN);
        } else if (at >= start) {
            out.append(HIDDEN);
            LogText.append(out, target, at, stop);
        } else {
            LogText.append(out, target, start, stop);
        }
        return stop;
    }

    private static int authorityStart(String target, int end) {
        if (target.startsWith("//")) {
            return 2;
        }
        int colon = target.indexOf("://");
        if (colon <= 0 || colon + 3 > end) {
            return -1;
        }
        for (int i = 0; i < colon; i++) {
            char c = target.charAt(i);
            boolean ofScheme =
                    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || "+-.".indexOf(c) >= 0;
            if (!ofScheme) {
                return -1;
            }
        }
        return colon + 3;
    }

    /**
     * Appends one {@code name=value} without its secret, or a path segment, and returns where it ends. Slashes end it in the path
     * only: {@code /a;token=b/c}.
     */
    private static int appendParameter(StringBuilder out, String target, int start, int end, boolean inPath) {
        int stop = start;
        int equals = -1;
        while (stop < end && !endsParameter(target.charAt(stop), inPath, equals >= 0)) {
            if (target.charAt(stop) == '=' && equals < 0) {
                equals = stop;
            }
            stop++;
        }
        int value = equals + 1;
        if (equals < 0) {
            value = start;
        } else {
            LogText.append(out, target, start, value);
        }
        if (value < stop && (holdsNames(target, value, stop) || (equals >= 0 && isSecret(target, start, equals)))) {
            out.append(HIDDEN);
        } else {
            LogText.append(out, target, value, stop);
        }
        return stop;
    }

    private static boolean endsParameter(char c, boolean inPath, boolean inValue) {
        return switch (c) {
            case '&', ';', '#' -> true;
            case '/' -> inPath;
            // A second question mark is part of a value (RFC 3986 section 3.4), which then holds names.
            case '?' -> inPath || !inValue;
            default -> false;
        };
    }

    /** Whether a value holds an equals sign or an address, plain or encoded any number of times (%3D, %253D, ...). */
    private static boolean holdsNames(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (after(text, i, '=', "3d") > 0) {
                return true;
            }
            int colon = after(text, i, ':', "3a");
            if (colon > 0 && after(text, colon, '/', "2f") > 0) {
                return true;
            }
        }
        return false;
    }

    /** Where that character, plain or encoded, ends; -1 when it does not stand there. */
    private static int after(String text, int at, char plain, String hex) {
        if (at >= text.length()) {
            return -1;
        }
        char c = text.charAt(at);
        if (c != '%') {
            return c == plain ? at + 1 : -1;
        }
        int digits = at + 1;
        while (text.startsWith("25", digits)) {
            digits += 2;
        }
        return text.regionMatches(true, digits, hex, 0, 2) ? digits + 2 : -1;
    }

    private static boolean isSecret(String text, int start, int end) {
        String name = normalised(text, start, end);
        if (SECRET_NAMES.contains(name)) {
            return true;
        }
        for (String part : SECRET_PARTS) {
            if (name.contains(part)) {
                return true;
            }
        }
        for (String beginning : SECRET_BEGINNINGS) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        for (String ending : SECRET_ENDINGS) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    /** Letters and digits in lower case, percent-encoding undone as often as it was done. */
    private static String normalised(String text, int start, int end) {
        StringBuilder name = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int digits = i + 1;
                while (text.startsWith("25", digits) && digits + 2 < end) {
                    digits += 2;
                }
                int high = digits + 1 < end ? Character.digit(text.charAt(digits), 16) : -1;
                int low = digits + 1 < end ? Character.digit(text.charAt(digits + 1), 16) : -1;
                if (high >= 0 && low >= 0) {
                    c = (char) (high << 4 | low);
                    i = digits + 1;
                }
            }
            if (c >= 'A' && c <= 'Z') {
                name.append((char) (c + 0x20));
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                name.append(c);
            }
        }
        return name.toString();
    }

    /**
     * Keeps a known scheme, and the parameters that say who asks ({@code Client="web", Token="***"}). Whatever reads otherwise
     * goes as a whole: it may be a bare token.
     */
    private static void appendCredentials(StringBuilder out, String value) {
        String text = value.strip();
        int space = text.indexOf(' ');
        String scheme = space < 0 ? "" : text.substring(0, space).toLowerCase(Locale.ROOT);
        if (SCHEMES.contains(scheme)) {
            out.append(text, 0, space).append(' ');
        }
        boolean schemed = !scheme.isEmpty() && scheme.chars().allMatch(c -> c >= 'a' && c <= 'z');
        String rest = schemed ? text.substring(space + 1) : text;
        if (text.length() > MAX_CHARS || !isParameterList(rest)) {
            out.append(HIDDEN);
            return;
        }
        String separator = "";
        for (String param : rest.split(",", -1)) {
            int equals = param.indexOf('=');
            String name = param.substring(0, equals).strip();
            String said = param.substring(equals + 1).strip().replace("\"", "");
            out.append(separator).append(name).append('=');
            separator = ", ";
            if (name.equalsIgnoreCase("token")) {
                out.append(HIDDEN);
            } else {
                LogText.append(out, said, 0, said.length());
            }
        }
    }

    /** Whether every piece between commas is a known name and one value, so that nothing hides in another's value. */
    private static boolean isParameterList(String text) {
        for (String param : text.split(",", -1)) {
            int equals = param.indexOf('=');
            if (equals < 0) {
                return false;
            }
            String name = param.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = param.substring(equals + 1).strip();
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            String inner = quoted ? value.substring(1, value.length() - 1) : value;
            if (!AUTH_PARAMS.contains(name)
                    || inner.indexOf('"') >= 0
                    || inner.indexOf('\\') >= 0
                    || holdsNames(inner, 0, inner.length())) {
                return false;
            }
        }
        return true;
    }

    /** Names of cookies; of Set-Cookie the first pair only, its attributes are no matter of a log. */
    private static void appendCookies(StringBuilder out, String value, boolean all) {
        int end = Math.min(value.length(), MAX_CHARS);
        int start = 0;
        while (start < end) {
            int stop = value.indexOf(';', start);
            stop = stop < 0 || stop > end ? end : stop;
            int equals = value.indexOf('=', start);
            if (equals > start && equals < stop) {
                String name = value.substring(start, equals).strip();
                LogText.append(out, name, 0, name.length());
                out.append('=');
            }
            out.append(HIDDEN);
            start = stop + 1;
            if (!all) {
                return;
            }
            out.append(start < end ? "; " : "");
        }
    }

    /** Of a link elsewhere only the host: path and query together are the permission to fetch it. */
    private static void appendLocation(StringBuilder out, String value) {
        int start = authorityStart(value, value.length());
        if (start < 0) {
            appendTarget(out, value);
            return;
        }
        int stop = start;
        while (stop < value.length() && "/?#".indexOf(value.charAt(stop)) < 0) {
            stop++;
        }
        int at = value.lastIndexOf('@', stop - 1);
        LogText.append(out, value, 0, start);
        int host = at >= start ? at + 1 : start;
        LogText.append(out, value, host, Math.min(stop, host + 255));
        out.append('/').append(HIDDEN);
    }

    private static void appendCut(StringBuilder out, String value) {
        LogText.append(out, value, 0, Math.min(value.length(), MAX_CHARS));
        if (value.length() > MAX_CHARS) {
            out.append("...");
        }
    }
}
