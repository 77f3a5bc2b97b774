package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.RuleServices;
import java.util.List;

/** What is counted of redirects to drives. */
final class RedirectMeters {
    private static final String[] NO_LABELS = {};

    private final RuleServices.Counter resolved;
    private final RuleServices.Counter hits;
    private final RuleServices.Counter relayed;

    RedirectMeters(RuleServices services) {
        this.resolved = services.counter("direct_links_resolved", "Links that a drive gave.", List.of());
        this.hits = services.counter("direct_link_cache_hits", "Redirects given from memory.", List.of());
        this.relayed = services.counter(
                "direct_link_relayed", "Play and download requests left to Emby, by reason.", List.of("reason"));
    }

    void resolved() {
        resolved.add(1, NO_LABELS);
    }

    void hit() {
        hits.add(1, NO_LABELS);
    }

    void relayed(Relayed why) {
        relayed.add(1, why.label());
    }
}
