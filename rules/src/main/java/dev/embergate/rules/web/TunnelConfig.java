package dev.embergate.rules.web;

import dev.embergate.engine.spi.Setting;
import java.util.List;
import java.util.Locale;

/** Settings of {@code tunnel}. */
public record TunnelConfig(
        @Setting(value = "Name of the upstream; empty for the default one.", defaultValue = "")
        String upstream,

        @Setting(
                value = "Protocols a client may change to; a request for another one, or for none, is not this rule's.",
                defaultValue = "[websocket]")
        List<String> protocols) {

    public TunnelConfig {
        protocols = protocols.stream()
                .map(protocol -> protocol.toLowerCase(Locale.ROOT))
                .toList();
        if (protocols.isEmpty() || protocols.contains("")) {
            throw new IllegalArgumentException("protocols: (expected: at least one, such as websocket)");
        }
    }
}
