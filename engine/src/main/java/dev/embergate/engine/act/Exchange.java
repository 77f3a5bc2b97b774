package dev.embergate.engine.act;

import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.engine.telemetry.ExchangeView;
import dev.embergate.engine.upstream.UpstreamFailure;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, on one event loop from beginning to end: no locks, nothing volatile.
 *
 * <p>It is made of three parts, each with a state of its own: {@link Deciding} asks the rules, {@link RequestSide} moves the
 * request's body, {@link ResponseSide} the answer. What is here is what they share, and the end: an exchange has ended when the
 * answer is out and the request is read, or when either can no longer be.
 *
 * <pre>
 * client ──► RequestSide ──► call ──► upstream        reads the client only while the call takes more
 * client ◄── ResponseSide ◄── call ◄── upstream       reads the upstream only while the client takes more
 * </pre>
 */
final class Exchange implements RuleContext, ExchangeView {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    final ClientConnection connection;
    final LoopRoom room;
    final Deciding deciding;
    final RequestSide in;
    final ResponseSide out;
    final RelayedAnswer relayed;
    ParsedRequest request;
    LiveTable table;

    private long beganAt;
    private long requestNumber;
    private @Nullable String requestId;
    private boolean shared;
    private boolean keepAlive;
    private boolean ended;
    private long endedAt;

    String rule = "";
    String outcome = "";
    String upstream = "";
    String failure = "";
    long decidedAt;
    long bytesKept = -1;

    Exchange(ClientConnection connection, ParsedRequest request) {
        this.connection = connection;
        this.room = connection.room;
        this.request = request;
        this.table = connection.listener.table.acquire();
        this.keepAlive = request.keepsAlive();
        this.beganAt = System.nanoTime();
        this.requestNumber = room.requestIds.nextNumber();
        this.deciding = new Deciding(this);
        this.in = new RequestSide(this);
        this.out = new ResponseSide(this);
        this.relayed = new RelayedAnswer(this, out);
    }

    /** The connection's next one in the place of one that has ended and is not {@link #isShared}. */
    void again(ParsedRequest next) {
        request = next;
        table = connection.listener.table.acquire();
        keepAlive = next.keepsAlive();
        beganAt = System.nanoTime();
        requestNumber = room.requestIds.nextNumber();
        requestId = null;
        ended = false;
        endedAt = 0;
        rule = "";
        outcome = "";
        upstream = "";
        failure = "";
        decidedAt = 0;
        bytesKept = -1;
        deciding.again();
        in.again();
        out.again();
    }

    /** Somebody may come back to this exchange when it has ended, so that it must stay what it is. */
    void share() {
        shared = true;
    }

    boolean isShared() {
        return shared;
    }

    void begin() {
        room.telemetry.exchangeBegan();
        if (!Doorstep.turnsAway(this)) {
            deciding.ask();
        }
    }

    /** Answered without asking a rule: its client has sent too many. */
    void refuse(long waitNanos) {
        room.telemetry.exchangeBegan();
        Refusal.tooManyRequests(this, waitNanos);
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether another request may follow on this connection; settled once the answer's head is written. */
    boolean keepsAlive() {
        return keepAlive && !room.isStopping();
    }

    /** The answer's head must say that the connection closes after it. */
    void lastOnConnection() {
        keepAlive = false;
    }

    // ---- the end

    /** One of the two directions is done. */
    void progressed() {
        if (!ended && out.isDone() && (in.isDone() || !keepAlive)) {
            end();
            connection.exchangeEnded(this, keepAlive);
        }
    }

    private void end() {
        ended = true;
        endedAt = System.nanoTime();
        in.close();
        table.release();
        room.telemetry.exchangeEnded(this);
    }

    /** The client closed, or was closed. */
    void clientLeft() {
        if (ended) {
            return;
        }
        if (failure.isEmpty()) {
            failure = "the client left";
        }
        deciding.cancel();
        out.cancel();
        end();
    }

    /** A tunnel or WebSocket that took the channel over is closed. */
    void handedOverEnded() {
        if (ended) {
            return;
        }
        end();
        connection.handedOverEnded();
    }

    // ---- failures: the one place where they become an answer

    /** The request itself turned out to be wrong, after its head. */
    void requestRejected(Rejection rejection) {
        lastOnConnection();
        fail(rejection.status(), rejection.reason());
    }

    void upstreamFailed(UpstreamFailure cause) {
        room.telemetry.upstreamFailed(upstream, cause.kind().name().toLowerCase(Locale.ROOT));
        fail(cause.kind().status(), cause.message());
    }

    /** A rule threw, or asked for what cannot be done. */
    void ruleFailed(String ruleName, Throwable cause) {
        rule = ruleName;
        log.error("rule {}: failed on a request, answered 502 [{}]", ruleName, requestId(), cause);
        fail(502, "rule " + ruleName + " failed");
    }

    /** A transform or head edit threw. Mostly the upstream's body was not what its head promised. */
    void transformFailed(Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.debug("rule {}: the answer could not be rewritten [{}]", rule, requestId(), cause);
        } else {
            log.error("rule {}: failed on an answer [{}]", rule, requestId(), cause);
        }
        fail(502, "rule " + rule + ": the answer could not be rewritten");
    }

    /** A rule's decision, or an upstream's whether it takes the body. */
    void decisionTimedOut() {
        if (in.awaitsPermission()) {
            if (!out.isInBody()) {
                lastOnConnection(); // its body may still come
                fail(504, upstream + ": neither 100 (Continue) nor an answer within the decision time-out");
            }
            return;
        }
        deciding.cancel();
        fail(504, "rule " + deciding.ruleName() + " did not decide within the decision time-out");
    }

    /** Answers the status if no head is out, else cuts the answer so that the client sees it is incomplete. */
    void fail(int status, String why) {
        if (ended) {
            return;
        }
        if (failure.isEmpty()) {
            failure = why;
        }
        deciding.cancel();
        out.fail(status, why);
    }

    /** Runs what comes back to the loop by itself: a fault of ours costs this exchange, and leaves none hanging. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            log.error("exchange failed by a fault of ours [{}]", requestId(), e);
            fail(500, "internal error");
        }
    }

    // ---- what a rule may ask (RuleContext)

    @Override
    public String param(String name) {
        String value = deciding.match().param(name);
        if (value == null) {
            throw new IllegalArgumentException("param: " + name + " (expected: a parameter of the matched route)");
        }
        return value;
    }

    @Override
    public String paramOr(String name, String otherwise) {
        Match match = deciding.match();
        String value = match.param(name);
        return value == null ? otherwise : value;
    }

    @Override
    public Outcome offload(Callable<? extends Outcome> work) {
        request.detach(); // the work may outlive the exchange
        requestId(); // made here, so that two threads never make two
        share();
        return Offload.start(work);
    }

    @Override
    public Fetcher fetcher() {
        share(); // whoever fetches comes back
        return room.fetcher;
    }

    @Override
    public String requestId() {
        String id = requestId;
        if (id == null) {
            id = room.requestIds.name(requestNumber);
            requestId = id;
        }
        return id;
    }

    long requestNumber() {
        return requestNumber;
    }

    // ---- what the access line tells (ExchangeView)

    @Override
    public int copyRequestId(byte[] into) {
        return room.requestIds.copy(requestNumber, into);
    }

    @Override
    public int copyTarget(byte[] into) {
        return request.copyTarget(into);
    }

    @Override
    public String clientText() {
        return request.client().addressText();
    }

    @Override
    public String listener() {
        return connection.listener.name;
    }

    @Override
    public InetAddress clientAddress() {
        return request.client().address();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String target() {
        return request.target();
    }

    @Override
    public String rule() {
        return rule;
    }

    @Override
    public String outcome() {
        return outcome;
    }

    @Override
    public String upstream() {
        return upstream;
    }

    @Override
    public int status() {
        return out.status();
    }

    @Override
    public long bytesIn() {
        return in.bytes() + out.bytesUp();
    }

    @Override
    public long bytesOut() {
        return out.bytes();
    }

    @Override
    public long bytesKept() {
        return bytesKept;
    }

    @Override
    public long decisionNanos() {
        return decidedAt == 0 ? endedAt - beganAt : decidedAt - beganAt;
    }

    @Override
    public long firstByteNanos() {
        return out.headAt() == 0 ? -1 : out.headAt() - beganAt;
    }

    @Override
    public long totalNanos() {
        return endedAt - beganAt;
    }

    @Override
    public String failure() {
        return failure;
    }
}
