package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A client's socket that lets the kernel drop what comes (MSG_TRUNC, see tcp(7)): a reader that costs next to nothing, which Java's
 * own sockets cannot be. Linux only. One thread at a time.
 */
final class NativeSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EAGAIN = 11;
    private static final int LOOPBACK = 0x7f000001;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SEND = function(
            "send", FunctionDescriptor.of(ValueLayout.JAVA_LONG, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT));
    private static final MethodHandle RECV = function(
            "recv", FunctionDescriptor.of(ValueLayout.JAVA_LONG, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(STATE);
    private final int file;

    private NativeSocket(int port) throws IOException {
        file = (int) call(SOCKET, AF_INET, SOCK_STREAM, 0);
        // struct sockaddr_in: family, then port and address in network order.
        MemorySegment address = arena.allocate(16);
        ValueLayout.OfShort portLayout = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(portLayout, 2, (short) port);
        address.set(INT.withOrder(ByteOrder.BIG_ENDIAN), 4, LOOPBACK);
        if (file < 0 || call(CONNECT, file, address, 16) < 0) {
            throw new IOException("port " + port + ": errno " + errno() + " (expected: a connection)");
        }
    }

    @SuppressWarnings("restricted") // what the start script allows by --enable-native-access
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return LINKER.downcallHandle(address, descriptor, Linker.Option.captureCallState("errno"));
    }

    static NativeSocket connect(int port) throws IOException {
        return new NativeSocket(port);
    }

    /** Asks for a target, on a connection that ends with the answer. */
    void get(String target) throws IOException {
        byte[] request = ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, request);
        if (call(SEND, file, bytes, (long) request.length, MSG_NOSIGNAL) != request.length) {
            throw new IOException("send: errno " + errno() + " (expected: all taken)");
        }
    }

    /**
     * Drops at most so many bytes of what has come, or waits for some.
     *
     * @return how many; 0 when nothing more comes
     */
    long drop(long most) throws IOException {
        return received(call(RECV, file, MemorySegment.NULL, most, MSG_TRUNC));
    }

    /** The same without waiting: 0 when nothing is there, -1 when nothing more comes. */
    long dropWhatIsThere(long most) throws IOException {
        long count = call(RECV, file, MemorySegment.NULL, most, MSG_TRUNC | MSG_DONTWAIT);
        if (count == 0) {
            return -1;
        }
        return count < 0 && errno() == EAGAIN ? 0 : received(count);
    }

    private long received(long count) throws IOException {
        if (count < 0) {
            throw new IOException("recv: errno " + errno() + " (expected: bytes)");
        }
        return count;
    }

    private int errno() {
        return state.get(INT, STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
    }

    private long call(MethodHandle function, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try {
            return ((Number) function.invokeWithArguments(all)).longValue();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        call(CLOSE, file);
        arena.close();
    }
}
