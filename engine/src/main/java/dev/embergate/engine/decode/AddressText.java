package dev.embergate.engine.decode;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Address literals with exactly one reading: IPv4 as four decimal numbers without leading zeros (others read those as octal),
 * IPv6 without zone or brackets. An IPv4-mapped IPv6 address is that IPv4 address. No name is ever looked up.
 */
public final class AddressText {
    private static final int MAX_CHARS = 45;

    private AddressText() {}

    /** Null when it is no address. */
    public static @Nullable InetAddress parse(String text) {
        byte[] bytes = text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes); // makes an IPv4 address of an IPv4-mapped one
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address: " + bytes.length + " bytes (expected: 4 or 16)", e);
        }
    }

    /** A decimal port from 0 to 65535 without leading zeros; -1 when it is none. */
    public static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port <= 65535 ? port : -1;
    }

    private static byte @Nullable [] ipv4(String text) {
        byte[] address = new byte[4];
        int at = 0;
        for (int part = 0; part < 4; part++) {
            int value = 0;
            int digits = 0;
            while (at < text.length() && text.charAt(at) != '.') {
                int digit = text.charAt(at++) - '0';
                if (digit < 0 || digit > 9 || ++digits > 3 || (digits > 1 && value == 0)) {
                    return null;
                }
                value = value * 10 + digit;
            }
            if (digits == 0 || value > 255 || (at == text.length()) != (part == 3)) {
                return null;
            }
            address[part] = (byte) value;
            at++;
        }
        return address;
    }

    private static byte @Nullable [] ipv6(String text) {
        if (text.length() > MAX_CHARS) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 'f' || (c != ':' && c != '.' && Character.digit(c, 16) < 0)) {
                return null;
            }
        }
        if (text.indexOf('.') >= 0 && ipv4(text.substring(text.lastIndexOf(':') + 1)) == null) {
            return null;
        }
        return NetUtil.isValidIpV6Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
    }
}
