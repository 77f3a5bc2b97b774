package dev.embergate.engine.act;

import dev.embergate.engine.control.EngineControl.Explanation;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.RuleContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the rules of a table about a request nobody sent, and notes what each says. Nothing is carried out. */
public final class Explaining implements RuleContext {
    private final LoopRoom room;
    private final LiveTable table;
    private final ParsedRequest request;
    private final CompletableFuture<List<Explanation>> told;
    private final List<Explanation> lines = new ArrayList<>();
    private final String requestId;
    private Match match = new Match();

    private Explaining(
            LoopRoom room, LiveTable table, ParsedRequest request, CompletableFuture<List<Explanation>> told) {
        this.room = room;
        this.table = table;
        this.request = request;
        this.told = told;
        this.requestId = room.requestIds.next();
    }

    /** Runs on the room's loop; the stage completes there. */
    public static CompletionStage<List<Explanation>> explain(
            LoopRoom room, RuleTables tables, String tableName, String method, String target, Headers headers) {
        CompletableFuture<List<Explanation>> told = new CompletableFuture<>();
        room.loop.execute(() -> {
            LiveTable table = tables.place(tableName).acquire();
            told.whenComplete((lines, failure) -> table.release());
            try {
                ParsedRequest request = parse(room.decode, method, target, headers);
                new Explaining(room, table, request, told).from(0);
            } catch (IllegalArgumentException e) {
                told.complete(List.of(new Explanation("", "reject", true, true, String.valueOf(e.getMessage()))));
            } catch (Throwable e) {
                told.completeExceptionally(e);
            }
        });
        return told;
    }

    /** Through the real parser, so that what it refuses is refused here too. */
    private static ParsedRequest parse(DecodeLimits limits, String method, String target, Headers headers) {
        StringBuilder text =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        if (headers.first("Host") == null) {
            text.append("Host: localhost\r\n");
        }
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        text.append("\r\n");
        class Seen implements MessageSink<ParsedRequest> {
            @Nullable
            ParsedRequest head;

            @Nullable
            Rejection rejection;

            @Override
            public void head(ParsedRequest parsed) {
                parsed.detach();
                head = parsed;
            }

            @Override
            public void body(ByteBuf piece) {
                piece.release();
            }

            @Override
            public void end(Headers trailers) {}

            @Override
            public void rejected(Rejection why) {
                rejection = why;
            }
        }
        Seen seen = new Seen();
        RequestDecoder decoder = new RequestDecoder(limits, seen);
        decoder.feed(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        decoder.close();
        if (seen.rejection != null) {
            throw new IllegalArgumentException(seen.rejection.status() + " " + seen.rejection.reason());
        }
        ParsedRequest head = seen.head;
        if (head == null) {
            throw new IllegalArgumentException("400 no complete request head");
        }
        String host = head.header("Host");
        head.client(new Client(InetAddress.getLoopbackAddress(), 0, false, host == null ? "" : host));
        return head;
    }

    private void from(int first) {
        List<RuleEntry> rules = table.rules().rules();
        for (int i = first; i < rules.size(); i++) {
            RuleEntry entry = rules.get(i);
            if (table.rules().next(request, i, match) != i) {
                lines.add(new Explanation(
                        entry.name(), entry.type(), false, false, table.rules().whyNot(i, request)));
                continue;
            }
            match = match.copy();
            Outcome outcome;
            try {
                outcome = entry.rule().decide(request, this);
            } catch (Throwable e) {
                answers(entry, "fails: 502 (" + e.getClass().getSimpleName() + ")");
                return;
            }
            if (outcome instanceof Outcome.Later later) {
                int next = i + 1;
                later.stage()
                        .toCompletableFuture()
                        .copy()
                        .orTimeout(room.timeouts.decision().toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (settled, failure) -> room.loop.execute(() -> arrived(entry, next, settled, failure)));
                return;
            }
            if (!settled(entry, outcome)) {
                return;
            }
        }
        lines.add(new Explanation("", "default", true, true, "forward to the listener's default upstream"));
        told.complete(List.copyOf(lines));
    }

    private void arrived(RuleEntry entry, int next, @Nullable Outcome outcome, @Nullable Throwable failure) {
        try {
            if (failure instanceof java.util.concurrent.TimeoutException) {
                answers(entry, "does not decide within the decision time-out: 504");
            } else if (failure != null || outcome == null) {
                answers(entry, "fails: 502");
            } else if (settled(entry, outcome)) {
                from(next);
            }
        } catch (Throwable e) {
            told.completeExceptionally(e);
        }
    }

    /** True when the rule passed and the next one is to be asked. */
    private boolean settled(RuleEntry entry, Outcome outcome) {
        switch (outcome) {
            case Outcome.Pass pass -> {
                lines.add(new Explanation(entry.name(), entry.type(), true, false, "passes: " + pass.reason()));
                return true;
            }
            case Outcome.Respond respond ->
                answers(entry, "responds " + respond.status() + ", " + body(respond.body()));
            case Outcome.Redirect redirect ->
                answers(entry, "redirects " + redirect.status() + " to " + where(redirect.location()));
            case Outcome.Forward forward ->
                answers(
                        entry,
                        "forwards to " + name(forward.upstream()) + plan(forward.response())
                                + caching(forward.caching()));
            case Outcome.Tunnel tunnel -> answers(entry, "tunnels to " + name(tunnel.upstream()));
            case Outcome.Converse converse -> answers(entry, "accepts a WebSocket here");
            case Outcome.AfterBody after -> answers(entry, "reads the request body, then decides");
            case Outcome.Later later -> answers(entry, "decides later, twice over");
        }
        return false;
    }

    /** Of another server only its name: the rest may be a secret link. */
    private static String where(URI location) {
        return location.isAbsolute()
                ? location.getScheme() + "://" + location.getRawAuthority() + "/…"
                : location.getRawPath();
    }

    private static String body(Body body) {
        return switch (body) {
            case Body.Empty empty -> "no body";
            case Body.Bytes bytes -> bytes.bytes().length + " bytes";
            case Body.File file -> "file " + file.path();
            case Body.Resource resource -> "resource " + resource.name();
        };
    }

    private static String name(String upstream) {
        return upstream.isEmpty() ? "the default upstream" : "upstream " + upstream;
    }

    private static String plan(ResponsePlan plan) {
        return switch (plan) {
            case ResponsePlan.Relay relay -> ", relays the answer";
            case ResponsePlan.EditHead edit -> ", edits the answer's head";
            case ResponsePlan.Rewrite rewrite -> ", rewrites the answer's body";
        };
    }

    private static String caching(Caching caching) {
        if (!caching.enabled()) {
            return "";
        }
        Duration fresh = caching.freshFor();
        return ", keeps answers " + (fresh == null ? "as long as they say" : "for " + fresh.toSeconds() + " s");
    }

    private void answers(RuleEntry entry, String detail) {
        lines.add(new Explanation(entry.name(), entry.type(), true, true, detail));
        told.complete(List.copyOf(lines));
    }

    @Override
    public String param(String name) {
        String value = match.param(name);
        if (value == null) {
            throw new IllegalArgumentException("param: " + name + " (expected: a parameter of the matched route)");
        }
        return value;
    }

    @Override
    public String paramOr(String name, String otherwise) {
        String value = match.param(name);
        return value == null ? otherwise : value;
    }

    @Override
    public Outcome offload(Callable<? extends Outcome> work) {
        return Offload.start(work);
    }

    @Override
    public Fetcher fetcher() {
        return room.fetcher;
    }

    @Override
    public String requestId() {
        return requestId;
    }
}
