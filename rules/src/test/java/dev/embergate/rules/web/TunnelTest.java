package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelTest {
    private final TunnelConfig config = new TunnelConfig("", List.of("WebSocket"));

    @Test
    void anUpgradeToWebSocketIsCarriedThrough() throws Exception {
        assertThat(decide(HeadOf.get("/embywebsocket", "Connection", "keep-alive, Upgrade", "Upgrade", "WebSocket")))
                .isEqualTo(new Outcome.Tunnel("", RequestEdits.NONE));
    }

    @Test
    void everythingElseIsLeftToLaterRules() throws Exception {
        assertThat(decide(HeadOf.get("/embywebsocket"))).isInstanceOf(Outcome.Pass.class);
        assertThat(decide(HeadOf.get("/x", "Connection", "Upgrade", "Upgrade", "h2c")))
                .isInstanceOf(Outcome.Pass.class);
        assertThat(decide(HeadOf.get("/x", "Upgrade", "websocket"))).isInstanceOf(Outcome.Pass.class);
    }

    @Test
    void withoutAMatchItIsEmbysSocketUnderAllItsNames() {
        assertThat(new TunnelFactory().routes(config))
                .extracting(Route::path)
                .contains("/embywebsocket", "/emby/embywebsocket", "/emby/socket", "/socket");
    }

    @Test
    void noProtocolAtAllIsRefused() {
        assertThatThrownBy(() -> new TunnelConfig("", List.of())).hasMessageStartingWith("protocols:");
    }

    private Outcome decide(HeadOf request) throws Exception {
        return new TunnelFactory().create(config, ServicesOf.none()).decide(request, ContextOf.params());
    }
}
