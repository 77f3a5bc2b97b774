package dev.embergate.engine.act;

import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.cache.CacheKey;
import dev.embergate.engine.cache.Flights;
import dev.embergate.engine.cache.Freshening;
import dev.embergate.engine.cache.KeptBody;
import dev.embergate.engine.cache.Reuse;
import dev.embergate.engine.cache.SentRequest;
import dev.embergate.engine.cache.Stored;
import dev.embergate.engine.encode.KeptReplies;
import dev.embergate.engine.encode.Reply;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponseHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.telemetry.CacheMeters;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A forward whose answers are kept: asks the cache first and the upstream where it must (RFC 9111 section 4). On the exchange's
 * loop; what lies on disk is read elsewhere meanwhile.
 *
 * <table>
 * <caption>Who is answered how</caption>
 * <tr><td>unsafe methods</td><td>relayed; what is kept of the target goes (section 4.4)</td></tr>
 * <tr><td>other methods, a GET with a body, If-Match, If-Unmodified-Since, fields that name another method or target</td>
 *     <td>relayed: the cache has no part in it</td></tr>
 * <tr><td>a fresh answer</td><td>given, in whole, in part or as 304</td></tr>
 * <tr><td>a stale answer</td><td>validated first, or given where that is allowed; the client's own conditions and Range are
 *     looked at afterwards, so that a changed answer comes whole</td></tr>
 * <tr><td>nothing kept, GET</td><td>relayed and kept; whoever asks the same meanwhile waits for it</td></tr>
 * <tr><td>nothing kept, HEAD or GET with Range or conditions</td><td>relayed as it is; a whole 200 is kept</td></tr>
 * </table>
 */
final class CachedForward implements AnswerSource {
    /** Some upstreams take the method, the target or themselves to be what these say, and no key tells of them. */
    private static final List<String> OVERRIDES = List.of(
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override",
            "X-Original-URL",
            "X-Original-URI",
            "X-Original-Host",
            "X-Rewrite-URL",
            "X-Forwarded-Prefix",
            "X-Forwarded-Path",
            "X-Forwarded-URI",
            "X-Forwarded-Server",
            "X-Forwarded-Scheme",
            "X-Forwarded-Protocol",
            "X-Forwarded-Ssl",
            "X-URL-Scheme",
            "Front-End-Https",
            "X-HTTP-Host-Override",
            "X-Host");

    final Exchange exchange;
    final Outcome.Forward forward;
    final AnswerCache cache;
    final SentRequest sent;
    final String upstream;
    final String key;

    /** Waits for nobody and nobody waits for it: it has waited already, or the client wants its own answer. */
    private boolean alone;

    /** The upstream has just failed for somebody else. */
    private boolean upstreamFailed;

    private boolean released;
    private @Nullable ScheduledFuture<?> patience;

    /** When it waits no longer, by {@link System#nanoTime}; counts from the first time it waits. */
    private long patienceEnds;

    private boolean hasWaited;

    private CachedForward(Exchange exchange, Outcome.Forward forward, AnswerCache cache, SentRequest sent) {
        this.exchange = exchange;
        this.forward = forward;
        this.cache = cache;
        this.sent = sent;
        this.upstream = Forwarding.upstream(exchange, forward.upstream());
        this.key = CacheKey.of(
                upstream,
                Forwarding.url(exchange, upstream),
                exchange.request.client(),
                sent.target(),
                forward.edits(),
                forward.caching().ignoredQuery());
    }

    static void begin(Exchange exchange, Outcome.Forward forward, AnswerCache cache) {
        SentRequest sent = new SentRequest(exchange.request, forward.edits());
        String method = sent.method();
        boolean read = method.equals("GET") || method.equals("HEAD");
        if (read && !hasBody(exchange, forward) && !isForOriginOnly(exchange) && !isOverridden(sent)) {
            new CachedForward(exchange, forward, cache, sent).look();
            return;
        }
        cache.meters().answered(CacheMeters.Result.BYPASS);
        boolean safe = read || method.equals("OPTIONS") || method.equals("TRACE");
        String status = safe ? "embergate; fwd=bypass" : "embergate; fwd=method";
        WatchedAnswer watched = safe
                ? null
                : new InvalidatingAnswer(
                        exchange, forward, cache, Forwarding.upstream(exchange, forward.upstream()), sent.target());
        Forwarding.open(
                exchange,
                forward.upstream(),
                forward.edits(),
                new ResponsePlan.EditHead(head -> marked(forward, head, status)),
                null,
                watched);
    }

    private static boolean hasBody(Exchange exchange, Outcome.Forward forward) {
        return exchange.request.hasBody() || forward.edits().body() != null;
    }

    /** Section 4.3.2: a cache must not evaluate these. */
    private static boolean isForOriginOnly(Exchange exchange) {
        return exchange.request.header("If-Match") != null || exchange.request.header("If-Unmodified-Since") != null;
    }

    private static boolean isOverridden(SentRequest sent) {
        for (String name : OVERRIDES) {
            if (sent.relays(name)) {
                return true;
            }
        }
        return false;
    }

    // ---- looking

    private void look() {
        switch (cache.find(key, sent)) {
            case AnswerCache.Found.Here here -> judge(here.stored());
            case AnswerCache.Found.Nothing nothing -> missing();
            case AnswerCache.Found.OnDisk onDisk -> {
                exchange.out.comesFrom(this);
                cache.load(
                        key,
                        onDisk,
                        exchange.room.loop,
                        stored -> arrived(() -> {
                            if (stored == null) {
                                missing();
                            } else {
                                judge(stored);
                            }
                        }));
            }
        }
    }

    /** Something that was waited for is here, on the loop. */
    private void arrived(Runnable then) {
        if (!released) {
            exchange.guarded(then);
            exchange.connection.flushSoon();
        }
    }

    private void judge(Stored stored) {
        long now = cache.now();
        switch (Reuse.of(stored, sent, forward.caching(), now)) {
            case FRESH -> {
                boolean stale = stored.lifetime(forward.caching()) <= stored.age(now);
                serve(stored, "embergate; hit", stale ? CacheMeters.Result.STALE : CacheMeters.Result.HIT);
            }
            case WHILE_REVALIDATING -> {
                if (sent.method().equals("GET")) {
                    Refreshing.begin(this, stored);
                }
                serve(stored, "embergate; hit", CacheMeters.Result.STALE);
            }
            case STALE -> {
                if (upstreamFailed && Reuse.onError(stored, sent, forward.caching(), now)) {
                    serve(stored, "embergate; hit; fwd=stale; collapsed", CacheMeters.Result.STALE);
                } else if (!refusedUnlessKept()) {
                    askTogether(stored, "stale");
                }
            }
            case DEMANDED -> {
                if (!refusedUnlessKept()) {
                    ask(stored, true, null, "request");
                }
            }
        }
    }

    private void missing() {
        if (!refusedUnlessKept()) {
            askTogether(null, "miss");
        }
    }

    /** Section 5.2.1.7. */
    private boolean refusedUnlessKept() {
        if (!sent.control().has("only-if-cached")) {
            return false;
        }
        exchange.fail(504, "only-if-cached: nothing kept may be given");
        return true;
    }

    // ---- asking

    private void askTogether(@Nullable Stored known, String why) {
        if (alone
                || sent.method().equals("HEAD")
                || AnswerCache.isPersonal(sent, forward.caching())
                || (known == null && isForItselfOnly())) {
            ask(known, true, null, why);
            return;
        }
        switch (cache.flights().board(key, exchange.room.loop, this::landed)) {
            case Flights.Boarding.Leads leads -> ask(known, true, leads.flight(), why);
            case Flights.Boarding.Alone full -> ask(known, true, null, why);
            case Flights.Boarding.Waits waits -> {
                exchange.out.comesFrom(this);
                long now = System.nanoTime();
                if (!hasWaited) {
                    hasWaited = true;
                    patienceEnds = now + exchange.room.timeouts.decision().toNanos();
                }
                patience = exchange.room.loop.schedule(
                        () -> arrived(this::waitedEnough), Math.max(0, patienceEnds - now), TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Its answer may be no answer to others. */
    private boolean isForItselfOnly() {
        return sent.control().has("no-store")
                || sent.isOfOneUser(forward.caching())
                || exchange.request.header("Range") != null
                || exchange.request.header("If-None-Match") != null
                || exchange.request.header("If-Modified-Since") != null;
    }

    private void landed(Flights.End how) {
        if (patience == null || released) {
            return; // it has gone on without
        }
        waitsNoMore();
        alone |= how != Flights.End.ABANDONED;
        upstreamFailed = how == Flights.End.FAILED;
        arrived(this::look);
    }

    private void waitedEnough() {
        waitsNoMore();
        alone = true;
        look();
    }

    private void waitsNoMore() {
        ScheduledFuture<?> waiting = patience;
        patience = null;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    /** @param mayValidate whether {@code known} is asked about, or only kept in mind in case of an error */
    void ask(@Nullable Stored known, boolean mayValidate, Flights.@Nullable Flight flight, String why) {
        boolean opened = false;
        try {
            boolean validates = mayValidate
                    && known != null
                    && sent.method().equals("GET")
                    && !Freshening.conditions(known).isEmpty();
            RequestEdits edits = validates && known != null ? conditional(known) : forward.edits();
            KeepingAnswer answer = new KeepingAnswer(this, known, validates, flight, why);
            Forwarding.open(
                    exchange,
                    forward.upstream(),
                    edits,
                    new ResponsePlan.EditHead(head -> marked(forward, head, answer.status())),
                    null,
                    answer);
            opened = exchange.out.isUntouched();
        } finally {
            if (!opened && flight != null) { // refused at once: no such upstream; or something was thrown
                flight.end(Flights.End.NOT_KEPT);
            }
        }
    }

    /** The rule's edits, with our conditions and Range in place of the client's. */
    RequestEdits conditional(Stored known) {
        RequestEdits edits = forward.edits().without("Range").without("If-Range");
        edits = edits.without("If-None-Match").without("If-Modified-Since");
        for (Headers.Field field : Freshening.conditions(known).fields()) {
            edits = edits.setting(field.name(), field.value());
        }
        return edits;
    }

    // ---- giving

    /** The rule's edit of a relayed head, and our line in Cache-Status (RFC 9211 section 2). */
    private static HeadEdits marked(Outcome.Forward forward, ResponseHead head, String status) {
        HeadEdits edits = forward.response() instanceof ResponsePlan.EditHead edit
                ? edit.edit().apply(head)
                : HeadEdits.NONE;
        Headers set = edits.set().without("Cache-Status").with("Cache-Status", appended(head, status));
        return new HeadEdits(edits.status(), edits.remove(), set);
    }

    private static String appended(ResponseHead head, String status) {
        List<String> before = head.headers("Cache-Status");
        return before.isEmpty() ? status : String.join(", ", before) + ", " + status;
    }

    void serve(Stored stored, String status, CacheMeters.Result result) {
        HeadEdits edits;
        try {
            edits = marked(forward, stored.head(), status);
        } catch (Throwable e) {
            exchange.transformFailed(e);
            return;
        }
        int code = edits.status() == 0 ? stored.head().status() : edits.status();
        if (code != stored.head().status()
                && (code == 204 || code == 304)
                && stored.body().length() > 0) {
            exchange.transformFailed(new IllegalArgumentException(
                    "status: " + code + " for an answer with a body (expected: one that may have it)"));
            return;
        }
        Headers fields = fields(stored, edits);
        switch (stored.body()) {
            case KeptBody.Memory memory ->
                give(
                        KeptReplies.ofChunks(exchange.request, code, fields, memory.chunks(), memory.length()),
                        stored,
                        result);
            case KeptBody.Disk disk -> {
                exchange.out.comesFrom(this);
                cache.open(disk, exchange.room.loop, file -> opened(stored, disk, file, code, fields, result));
            }
        }
    }

    private void opened(
            Stored stored,
            KeptBody.Disk disk,
            @Nullable FileChannel file,
            int code,
            Headers fields,
            CacheMeters.Result result) {
        if (released) {
            if (file != null) {
                Thread.ofVirtual().name("embergate-cache-close").start(() -> closeQuietly(file));
            }
            return;
        }
        arrived(() -> {
            if (file == null) {
                cache.drop(key, stored);
                alone = true;
                ask(null, false, null, "miss");
            } else {
                give(
                        KeptReplies.ofFile(exchange.request, code, fields, file, disk.offset(), disk.length()),
                        stored,
                        result);
            }
        });
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (java.io.IOException e) {
            // It was only read.
        }
    }

    private void give(Reply reply, Stored stored, CacheMeters.Result result) {
        cache.meters().answered(result);
        exchange.outcome = "cache";
        LocalAnswer.giveKept(exchange, reply, () -> cache.drop(key, stored));
    }

    private Headers fields(Stored stored, HeadEdits edits) {
        List<Headers.Field> fields = new ArrayList<>();
        for (Headers.Field field : stored.head().fields().fields()) {
            String name = field.name();
            boolean removed = edits.remove().stream().anyMatch(name::equalsIgnoreCase);
            if (!removed && edits.set().first(name) == null && !name.equalsIgnoreCase("Age")) {
                fields.add(field);
            }
        }
        fields.addAll(edits.set().without("Age").fields());
        fields.add(new Headers.Field("Age", Long.toString(stored.age(cache.now())))); // section 5.1
        return Headers.of(fields);
    }

    // ---- while it waits (AnswerSource)

    @Override
    public void clientWritable() {}

    @Override
    public void release() {
        released = true;
        waitsNoMore();
    }
}
