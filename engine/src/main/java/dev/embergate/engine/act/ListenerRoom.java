package dev.embergate.engine.act;

import dev.embergate.engine.EngineConfig.ListenerConfig;

/** What all connections of one listener share. Immutable. */
public final class ListenerRoom {
    final String name;
    final RuleTables.Place table;
    final String defaultUpstream;

    public ListenerRoom(ListenerConfig config, RuleTables tables) {
        this.name = config.name();
        this.table = tables.place(config.table());
        this.defaultUpstream = config.defaultUpstream();
    }
}
