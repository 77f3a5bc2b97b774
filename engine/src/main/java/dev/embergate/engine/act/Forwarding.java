package dev.embergate.engine.act;

import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.decode.BodyFraming;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.upstream.OutboundHead;
import dev.embergate.engine.upstream.OutboundRequest;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Sends a request upstream: makes its head, opens the call, ties both directions to it. */
final class Forwarding {
    private Forwarding() {}

    static void forward(Exchange exchange, Outcome.Forward forward) {
        boolean rewrite = forward.response() instanceof ResponsePlan.Rewrite;
        exchange.deciding.decided(rewrite ? "rewrite" : "forward");
        AnswerCache cache = exchange.room.cache;
        if (cache != null && forward.caching().enabled()) {
            exchange.share();
            CachedForward.begin(exchange, forward, cache);
            return;
        }
        open(exchange, forward.upstream(), forward.edits(), forward.response(), null, null);
    }

    static void tunnel(Exchange exchange, Outcome.Tunnel tunnel) {
        String protocol = exchange.request.upgrade();
        exchange.deciding.decided(protocol == null ? "forward" : "tunnel");
        open(exchange, tunnel.upstream(), tunnel.edits(), ResponsePlan.RELAY, protocol, null);
    }

    /** The name of the upstream meant. */
    static String upstream(Exchange exchange, String named) {
        return named.isEmpty() ? exchange.connection.listener.defaultUpstream : named;
    }

    /** Where that upstream is first looked for; empty when there is no such upstream. */
    static String url(Exchange exchange, String upstream) {
        UpstreamPool pool = exchange.room.pool(upstream);
        return pool == null ? "" : pool.config().urls().getFirst().toString();
    }

    /** @param watched who hears of the answer before it is relayed; null for nobody */
    static void open(
            Exchange exchange,
            String named,
            RequestEdits edits,
            ResponsePlan plan,
            @Nullable String upgrade,
            @Nullable WatchedAnswer watched) {
        String name = upstream(exchange, named);
        UpstreamPool pool = exchange.room.pool(name);
        if (pool == null) {
            exchange.fail(502, "upstream " + (name.isEmpty() ? "(default)" : name) + ": not configured");
            return;
        }
        exchange.upstream = name;
        if (edits.body() == null && !exchange.in.mayStreamTo(pool)) {
            exchange.room.telemetry.requestRefused("uploads");
            exchange.fail(503, name + ": too many request bodies on their way");
            return;
        }
        boolean rewrite = plan instanceof ResponsePlan.Rewrite
                && !exchange.request.method().equals("HEAD");
        if (exchange.in.isGathered()) {
            edits = edits.without(
                    "Expect"); // granted already; another 100 would reach a client that waits for an answer
        }
        OutboundRequest.Body framing = framing(exchange, edits);
        long length = switch (framing) {
            case NONE -> exchange.request.contentLength() == 0 ? 0 : -1;
            case CHUNKED -> -1;
            case LENGTH -> length(exchange, edits);
        };
        ByteBuf head = OutboundHead.write(
                exchange.connection.channel().alloc(),
                exchange.request,
                edits,
                pool.name(),
                framing,
                length,
                rewrite,
                upgrade,
                exchange.room.requestIds,
                exchange.requestNumber());
        OutboundRequest request = new OutboundRequest(head, exchange.request.method(), framing, upgrade != null);
        exchange.relayed.open(pool, request, plan, edits.body(), watched);
    }

    private static OutboundRequest.Body framing(Exchange exchange, RequestEdits edits) {
        if (edits.body() != null || exchange.in.isGathered()) {
            return OutboundRequest.Body.LENGTH;
        }
        BodyFraming framing = exchange.request.framing();
        return switch (framing) {
            case NONE -> OutboundRequest.Body.NONE;
            case CHUNKED -> OutboundRequest.Body.CHUNKED;
            case LENGTH -> exchange.request.hasBody() ? OutboundRequest.Body.LENGTH : OutboundRequest.Body.NONE;
            case UNTIL_CLOSE -> throw new IllegalStateException("a request body cannot run until close");
        };
    }

    private static long length(Exchange exchange, RequestEdits edits) {
        byte[] body = edits.body();
        if (body != null) {
            return body.length;
        }
        return exchange.in.isGathered() ? exchange.in.gatheredLength() : exchange.request.contentLength();
    }
}
