package dev.embergate.engine.decode;

import org.jspecify.annotations.Nullable;

/** Reads {@code method SP request-target SP HTTP-version} (RFC 9112 section 3). */
final class RequestLine {
    private static final long HTTP_1_1 = Octets.word("HTTP/1.1");
    private static final long HTTP_1_0 = Octets.word("HTTP/1.0");
    private static final long ALL_BUT_DIGITS = 0x00ff_00ff_ffff_ffffL;

    private RequestLine() {}

    static @Nullable Rejection read(byte[] bytes, int from, int to, ParsedRequest into) {
        int methodEnd = from;
        while (methodEnd < to && Octets.isToken(bytes[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == from || methodEnd == to || bytes[methodEnd] != ' ') {
            return Rejection.malformed("request line: malformed method (expected: a token and one space)");
        }
        int target = methodEnd + 1;
        int targetEnd = target;
        int question = -1;
        while (targetEnd < to && Octets.isTarget(bytes[targetEnd])) {
            if (bytes[targetEnd] == '?' && question < 0) {
                question = targetEnd;
            }
            targetEnd++;
        }
        if (targetEnd == target || targetEnd == to || bytes[targetEnd] != ' ') {
            return Rejection.malformed(
                    "request line: malformed target (expected: visible ASCII without fragment, and one space)");
        }
        Rejection fault = version(bytes, targetEnd + 1, to, into);
        if (fault != null) {
            return fault;
        }
        into.method(from, methodEnd, Methods.known(bytes, from, methodEnd));
        return target(bytes, target, targetEnd, question, into);
    }

    /** RFC 9112 section 2.3: the name is case-sensitive and the numbers are one digit each. */
    private static @Nullable Rejection version(byte[] bytes, int from, int to, ParsedRequest into) {
        if (to - from == Long.BYTES) {
            long word = Octets.word(bytes, from);
            if (word == HTTP_1_1 || word == HTTP_1_0) {
                into.http10 = word == HTTP_1_0;
                return null;
            }
            if (((word ^ HTTP_1_1) & ALL_BUT_DIGITS) == 0
                    && Octets.isDigit(bytes[from + 5])
                    && Octets.isDigit(bytes[from + 7])) {
                return new Rejection(505, "HTTP version: not spoken here (expected: HTTP/1.1 or HTTP/1.0)");
            }
        }
        return Rejection.malformed("HTTP version: malformed (expected: HTTP/1.1 or HTTP/1.0)");
    }

    /** RFC 9112 section 3.2. */
    private static @Nullable Rejection target(byte[] bytes, int from, int to, int question, ParsedRequest into) {
        if (into.isMethod("CONNECT")) {
            return new Rejection(501, "CONNECT: not offered (expected: another method)");
        }
        if (bytes[from] == '/') {
            return path(bytes, from, to, question, into);
        }
        if (bytes[from] == '*' && to - from == 1) {
            if (!into.isMethod("OPTIONS")) {
                return Rejection.malformed("target: asterisk form (expected: with OPTIONS only)");
            }
            into.target(from, to, to, false);
            return null;
        }
        int scheme = Octets.equalsIgnoreCase(bytes, from, Math.min(to, from + 7), "http://")
                ? 7
                : Octets.equalsIgnoreCase(bytes, from, Math.min(to, from + 8), "https://") ? 8 : 0;
        if (scheme == 0) {
            return Rejection.malformed("target: neither origin nor absolute form (expected: a path, or http or https)");
        }
        return absolute(bytes, from + scheme, to, question, into);
    }

    /** RFC 9112 section 3.2.2: the request is for what the target names; upstream it goes in origin form. */
    private static @Nullable Rejection absolute(byte[] bytes, int authority, int to, int question, ParsedRequest into) {
        int limit = question < 0 ? to : question;
        int end = authority;
        while (end < limit && bytes[end] != '/') {
            end++;
        }
        if (!Authority.isValid(bytes, authority, end)) {
            return Rejection.malformed("target: malformed authority (expected: host or host:port)");
        }
        if (end < limit) {
            into.authority(authority, end);
            return path(bytes, end, to, question, into);
        }
        // No path: the octets are ours, so the authority moves over a slash of "//" to make room for the path it stands
        // for,
        // "/" or, for OPTIONS of a server as a whole, "*" (RFC 9112 section 3.2.4).
        System.arraycopy(bytes, authority, bytes, authority - 1, end - authority);
        into.authority(authority - 1, end - 1);
        if (question < 0 && into.isMethod("OPTIONS")) {
            bytes[end - 1] = '*';
            into.target(end - 1, to, to, false);
            return null;
        }
        bytes[end - 1] = '/';
        return path(bytes, end - 1, to, question, into);
    }

    private static @Nullable Rejection path(byte[] bytes, int from, int to, int question, ParsedRequest into) {
        int pathEnd = question < 0 ? to : question;
        int reading = TargetNormalizer.check(bytes, from, pathEnd);
        if (reading < 0) {
            return TargetNormalizer.rejection(reading);
        }
        into.target(from, pathEnd, to, reading == TargetNormalizer.REWRITTEN);
        return null;
    }
}
