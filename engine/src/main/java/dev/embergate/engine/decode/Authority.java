package dev.embergate.engine.decode;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Which host a request is for (RFC 9112 sections 3.2 and 3.2.2): exactly one reading, or none at all for HTTP/1.0.
 *
 * <p>Stricter than RFC 3986 where no host is lost by it: no user information, no sub-delimiters (a comma would read as a list
 * in X-Forwarded-Host), no zone, and a colon is followed by a port.
 */
final class Authority {
    private Authority() {}

    static @Nullable Rejection check(ParsedRequest request) {
        HeadBytes head = request.raw;
        int host = head.next(FieldName.HOST, 0);
        if (host < 0) {
            return request.isHttp10() ? null : Rejection.malformed("Host: missing (expected: exactly one)");
        }
        if (head.next(FieldName.HOST, host + 1) >= 0) {
            return Rejection.malformed("Host: more than one (expected: exactly one)");
        }
        int from = head.valueStart(host);
        int to = head.valueEnd(host);
        if (from == to) {
            return request.isHttp10() ? null : Rejection.malformed("Host: empty (expected: host or host:port)");
        }
        if (!isValid(head.bytes(), from, to)) {
            return Rejection.malformed("Host: malformed (expected: host or host:port)");
        }
        // RFC 9112 section 3.2.2 lets the target win silently. Two different hosts in one request are an attack or a
        // fault.
        if (request.hasAuthority() && !request.isAuthority(from, to)) {
            return Rejection.malformed("Host: not that of the absolute target (expected: the same)");
        }
        return null;
    }

    static boolean isValid(byte[] bytes, int from, int to) {
        if (from >= to) {
            return false;
        }
        int hostEnd = bytes[from] == '[' ? literalEnd(bytes, from, to) : nameEnd(bytes, from, to);
        return hostEnd > from && (hostEnd == to || (bytes[hostEnd] == ':' && isPort(bytes, hostEnd + 1, to)));
    }

    private static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ':') {
            if (bytes[at] == '%') {
                if (at + 2 >= to || Octets.hex(bytes[at + 1]) < 0 || Octets.hex(bytes[at + 2]) < 0) {
                    return -1;
                }
                at += 3;
            } else if (isUnreserved(bytes[at])) {
                at++;
            } else {
                return -1;
            }
        }
        return at;
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || Octets.isDigit(b)
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    private static int literalEnd(byte[] bytes, int from, int to) {
        int at = from + 1;
        while (at < to && (Octets.hex(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
            at++;
        }
        if (at == to || bytes[at] != ']' || !NetUtil.isValidIpV6Address(Octets.text(bytes, from + 1, at))) {
            return -1;
        }
        return at + 1;
    }

    private static boolean isPort(byte[] bytes, int from, int to) {
        if (from == to || to - from > 5) {
            return false;
        }
        int port = 0;
        for (int i = from; i < to; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return false;
            }
            port = port * 10 + (bytes[i] - '0');
        }
        return port <= 65535;
    }
}
