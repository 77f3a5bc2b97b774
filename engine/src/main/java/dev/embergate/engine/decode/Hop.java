package dev.embergate.engine.decode;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy says about who sent it a request.
 *
 * @param address null when it does not tell, hides it, or tells something malformed: nothing behind it can be known
 * @param port the sender's; 0 when not told
 * @param secure whether the sender used TLS; null when not told
 * @param host the authority the sender addressed, checked as Host is; null when not told
 * @param hostPort the port the sender addressed, told apart from the host; 0 when not told
 */
public record Hop(
        @Nullable InetAddress address,
        int port,
        @Nullable Boolean secure,
        @Nullable String host,
        int hostPort) {
    static final Hop UNKNOWN = new Hop(null, 0, null, null, 0);
}
