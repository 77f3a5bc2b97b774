package dev.embergate.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.control.EngineStatus;

/** {@code GET /api/status}: what the engine is doing now, as JSON. Times are ISO 8601 in UTC, sizes in bytes. */
final class StatusDocument {
    private StatusDocument() {}

    static ObjectNode of(EngineStatus status) {
        ObjectNode document = Answers.object();
        document.put("startedAt", status.startedAt().toString())
                .put("transport", status.transport())
                .put("stopping", status.stopping())
                .put("connections", status.connections())
                .put("exchanges", status.exchanges())
                .put("bytesRelayed", status.bytesRelayed())
                .put("bytesKept", status.bytesKept());
        ArrayNode listeners = document.putArray("listeners");
        for (EngineStatus.Listener listener : status.listeners()) {
            listeners
                    .addObject()
                    .put("name", listener.name())
                    .put("address", listener.address())
                    .put("port", listener.port())
                    .put("table", listener.table());
        }
        ArrayNode upstreams = document.putArray("upstreams");
        for (EngineStatus.Upstream upstream : status.upstreams()) {
            ArrayNode down = upstreams
                    .addObject()
                    .put("name", upstream.name())
                    .put("origin", upstream.origin())
                    .put("reachable", upstream.reachable())
                    .put("connections", upstream.connections())
                    .put("waiting", upstream.waiting())
                    .putArray("down");
            upstream.down().forEach(down::add);
        }
        ArrayNode tables = document.putArray("tables");
        for (EngineStatus.Table table : status.tables()) {
            ObjectNode entry = tables.addObject()
                    .put("name", table.name())
                    .put("generation", table.generation())
                    .put("loadedAt", table.loadedAt().toString());
            ArrayNode rules = entry.putArray("rules");
            table.rules().forEach(rules::add);
        }
        return document;
    }
}
