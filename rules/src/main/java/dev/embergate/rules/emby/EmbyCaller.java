package dev.embergate.rules.emby;

import dev.embergate.engine.spi.Headers;
import java.net.InetAddress;
import java.util.Objects;

/**
 * On whose behalf Emby is asked. Emby treats users in its own network and outside of it differently, so it is told where the
 * caller is.
 */
public record EmbyCaller(EmbyToken token, InetAddress address) {
    public EmbyCaller {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(address, "address");
    }

    Headers headers() {
        String host = address.getHostAddress();
        int zone = host.indexOf('%');
        String plain = zone < 0 ? host : host.substring(0, zone);
        return token.headers()
                .with("Accept", "application/json")
                .with("X-Forwarded-For", plain)
                .with("X-Real-IP", plain);
    }
}
