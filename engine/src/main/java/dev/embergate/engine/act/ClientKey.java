package dev.embergate.engine.act;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * What limits count as one client: an IPv4 address, or the /64 of an IPv6 address, which is what one household or server gets
 * and may pick addresses from as it likes.
 */
public final class ClientKey {
    /** IPv4 addresses stand where no unicast /64 is: in the multicast addresses, ff00::/8. */
    private static final long IPV4 = 0xffff_ffff_0000_0000L;

    private ClientKey() {}

    public static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean ipv4 = address instanceof Inet4Address;
        long key = ipv4 ? IPV4 >>> 32 : 0;
        for (int i = 0; i < (ipv4 ? 4 : 8); i++) {
            key = key << 8 | (bytes[i] & 0xff);
        }
        return key;
    }
}
