package dev.embergate.engine.accept;

import dev.embergate.engine.decode.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol header a connection begins with, versions 1 and 2 (haproxy's proxy-protocol.txt, sections 2.1 and 2.2).
 *
 * <p>Strict: one reading or none. Version 1 is at most 107 bytes with single spaces, addresses and ports in their one canonical
 * form; version 2 ends exactly where it says (at most 65,551 bytes), its TLVs within it. What says nothing of a client (LOCAL,
 * UNKNOWN, UNSPEC, UNIX, datagrams) is well-formed and leaves {@link #source} null. Of the TLVs only PP2_TYPE_SSL is read.
 *
 * <p>Written here, not Netty's HAProxyMessageDecoder: that comes in a jar of its own that the engine does without, keeps every TLV as
 * an object, and takes addresses and ports in more than one form.
 */
final class ProxyHeader {
    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_V1_BYTES = 107;
    private static final byte[] V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int V2_BYTES = 16;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX = 3;
    private static final int UNIX_BYTES = 216;
    private static final int TLV_SSL = 0x20;
    private static final int CLIENT_SSL = 1;
    private static final int SSL_BYTES = 5;

    enum State {
        /** Well-formed so far; read again with more behind the same bytes. */
        MORE,
        MALFORMED,
        COMPLETE
    }

    private @Nullable InetSocketAddress source;
    private boolean secure;

    /** Whom the header names; null when it names nobody. */
    @Nullable
    InetSocketAddress source() {
        return source;
    }

    /** Whether it says that the client used TLS. */
    boolean isSecure() {
        return secure;
    }

    /** Looks at all readable bytes and reads the header's off them once it is COMPLETE; what follows stays. */
    State read(ByteBuf in) {
        int from = in.readerIndex();
        if (!in.isReadable()) {
            return State.MORE;
        }
        if (in.getByte(from) == V1[0]) {
            return begins(in, V1) ? v1(in) : State.MALFORMED;
        }
        return begins(in, V2) ? v2(in) : State.MALFORMED;
    }

    /** As far as there are bytes. */
    private static boolean begins(ByteBuf in, byte[] with) {
        int count = Math.min(with.length, in.readableBytes());
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    // ---- version 1

    private State v1(ByteBuf in) {
        int from = in.readerIndex();
        int seen = Math.min(in.readableBytes(), MAX_V1_BYTES);
        int cr = in.indexOf(from, from + seen, (byte) '\r');
        if (cr < 0 || cr + 1 == from + seen) {
            return seen == MAX_V1_BYTES ? State.MALFORMED : State.MORE;
        }
        if (in.getByte(cr + 1) != '\n') {
            return State.MALFORMED;
        }
        String line = in.toString(from + V1.length, Math.max(0, cr - from - V1.length), StandardCharsets.ISO_8859_1);
        if (!v1(line)) {
            return State.MALFORMED;
        }
        in.readerIndex(cr + 2);
        return State.COMPLETE;
    }

    /** What follows UNKNOWN must be ignored. */
    private boolean v1(String line) {
        if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
            return true;
        }
        String[] words = line.split(" ", -1);
        boolean ipv6 = words[0].equals("TCP6");
        if (words.length != 5 || !(ipv6 || words[0].equals("TCP4"))) {
            return false;
        }
        InetAddress address = address(words[1], ipv6);
        int port = AddressText.port(words[3]);
        if (address == null || address(words[2], ipv6) == null || port < 0 || AddressText.port(words[4]) < 0) {
            return false;
        }
        source = new InetSocketAddress(address, port);
        return true;
    }

    private static @Nullable InetAddress address(String text, boolean ipv6) {
        return (text.indexOf(':') >= 0) == ipv6 ? AddressText.parse(text) : null;
    }

    // ---- version 2

    private State v2(ByteBuf in) {
        if (in.readableBytes() < V2_BYTES) {
            // No byte more is waited for than those that show it to be wrong.
            return in.readableBytes() > V2.length && version(in) != 2 ? State.MALFORMED : State.MORE;
        }
        int from = in.readerIndex();
        int command = in.getByte(from + V2.length) & 0x0f;
        int family = in.getUnsignedByte(from + V2.length + 1);
        int length = in.getUnsignedShort(from + V2.length + 2);
        if (version(in) != 2 || command > PROXY || (family >> 4) > UNIX || (family & 0x0f) > 2) {
            return State.MALFORMED;
        }
        if (in.readableBytes() < V2_BYTES + length) {
            return State.MORE;
        }
        ByteBuf rest = in.slice(from + V2_BYTES, length);
        if (command != LOCAL && !v2(family, rest)) {
            return State.MALFORMED;
        }
        in.skipBytes(V2_BYTES + length);
        return State.COMPLETE;
    }

    private static int version(ByteBuf in) {
        return (in.getByte(in.readerIndex() + V2.length) & 0xf0) >> 4;
    }

    private boolean v2(int family, ByteBuf rest) {
        int size = switch (family >> 4) {
            case TCP4 >> 4 -> 4;
            case TCP6 >> 4 -> 16;
            default -> 0;
        };
        int addresses = family >> 4 == UNIX ? UNIX_BYTES : size == 0 ? 0 : 2 * size + 4;
        if (rest.readableBytes() < addresses) {
            return false;
        }
        InetSocketAddress named = null;
        if (family == TCP4 || family == TCP6) {
            byte[] address = ByteBufUtil.getBytes(rest, 0, size);
            try {
                named = new InetSocketAddress(InetAddress.getByAddress(address), rest.getUnsignedShort(2 * size));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // for other sizes only
            }
        }
        rest.skipBytes(addresses);
        // UNSPEC may hold anything, and all of it must be skipped.
        if (family >> 4 != 0 && !tlvs(rest)) {
            return false;
        }
        source = named;
        return true;
    }

    private boolean tlvs(ByteBuf rest) {
        while (rest.isReadable()) {
            if (rest.readableBytes() < 3) {
                return false;
            }
            int type = rest.readUnsignedByte();
            int length = rest.readUnsignedShort();
            if (rest.readableBytes() < length) {
                return false;
            }
            if (type == TLV_SSL) {
                if (length < SSL_BYTES) {
                    return false;
                }
                secure |= (rest.getByte(rest.readerIndex()) & CLIENT_SSL) != 0;
            }
            rest.skipBytes(length);
        }
        return true;
    }
}
