package dev.embergate.admin;

import dev.embergate.engine.control.EngineStatus;
import java.util.ArrayList;
import java.util.List;

/** Whether requests should be sent here now. */
final class Readiness {
    private Readiness() {}

    /** @return why not; empty when ready */
    static List<String> reasonsAgainst(EngineStatus status, String defaultUpstream) {
        List<String> reasons = new ArrayList<>();
        if (status.stopping()) {
            reasons.add("stopping");
        }
        if (status.listeners().isEmpty()) {
            reasons.add("not listening");
        }
        for (EngineStatus.Upstream upstream : status.upstreams()) {
            if (upstream.name().equals(defaultUpstream) && !upstream.reachable()) {
                reasons.add("upstream " + upstream.name() + " cannot be connected to");
            }
        }
        return reasons;
    }
}
