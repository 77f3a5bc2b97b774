package dev.embergate.engine.decode;

import java.net.InetAddress;
import java.util.List;

/**
 * A set of addresses and networks, such as those of trusted proxies. Immutable. To ask costs a few comparisons an entry; an
 * IPv4-mapped IPv6 address is the IPv4 address it maps.
 */
public final class Networks {
    private static final int MAPPED_BITS = 96;
    private static final long MAPPED = 0xffff_0000_0000L;

    /** Four numbers an entry: high and low half of the network, then of its mask. */
    private final long[] entries;

    private Networks(long[] entries) {
        this.entries = entries;
    }

    /**
     * @param words an address, or a network as {@code 10.0.0.0/8} whose bits behind the prefix are zero
     * @throws IllegalArgumentException naming the first that is neither
     */
    public static Networks of(List<String> words) {
        long[] entries = new long[words.size() * 4];
        for (int i = 0; i < words.size(); i++) {
            read(words.get(i), entries, i * 4);
        }
        return new Networks(entries);
    }

    private static void read(String word, long[] entries, int at) {
        int slash = word.indexOf('/');
        InetAddress address = AddressText.parse(slash < 0 ? word : word.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(
                    "\"" + word + "\" (expected: an address, or a network such as 10.0.0.0/8 or 2001:db8::/32)");
        }
        byte[] bytes = address.getAddress();
        boolean ipv6 = word.indexOf(':') >= 0;
        int most = ipv6 ? 128 : 32;
        int bits = slash < 0 ? most : AddressText.port(word.substring(slash + 1));
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("\"" + word + "\" (expected: a prefix from /0 to /" + most + ")");
        }
        int prefix = ipv6 ? bits : MAPPED_BITS + bits;
        long maskHigh = prefix == 0 ? 0 : -1L << Math.max(0, 64 - prefix);
        long maskLow = prefix <= 64 ? 0 : -1L << (128 - prefix);
        long high = high(bytes);
        long low = low(bytes);
        if ((high & ~maskHigh) != 0 || (low & ~maskLow) != 0) {
            throw new IllegalArgumentException(
                    "\"" + word + "\" (expected: zeros behind the first " + bits + " bits, or no prefix)");
        }
        entries[at] = high;
        entries[at + 1] = low;
        entries[at + 2] = maskHigh;
        entries[at + 3] = maskLow;
    }

    public boolean isEmpty() {
        return entries.length == 0;
    }

    public boolean contains(InetAddress address) {
        if (entries.length == 0) {
            return false;
        }
        byte[] bytes = address.getAddress();
        long high = high(bytes);
        long low = low(bytes);
        for (int i = 0; i < entries.length; i += 4) {
            if ((high & entries[i + 2]) == entries[i] && (low & entries[i + 3]) == entries[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static long high(byte[] address) {
        return address.length == 4 ? 0 : number(address, 0, 8);
    }

    private static long low(byte[] address) {
        return address.length == 4 ? MAPPED | number(address, 0, 4) : number(address, 8, 8);
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }
}
