package dev.embergate.engine.upstream;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** Host names to addresses, without blocking. */
interface Resolver {
    /**
     * @param host a name or a literal, IPv6 without brackets
     * @param then hears the addresses in the order to try them, none when there are none; on {@code loop}, possibly at once
     */
    void resolve(String host, EventLoop loop, Consumer<List<InetAddress>> then);
}
