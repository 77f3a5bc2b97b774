package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A checked request head; its target is normalised.
 *
 * <p>The target of {@code OPTIONS *} is {@code *}, and so are its path and raw path: the only ones without a leading slash.
 */
public final class ParsedRequest extends ParsedHead implements RequestHead {
    private static final int NONE = -1;

    private int methodStart;
    private int methodEnd;
    private int targetStart;
    private int pathEnd;
    private int targetEnd;
    private int authorityStart = NONE;
    private int authorityEnd = NONE;
    private boolean pathRewritten;
    private boolean expectsContinue;
    // Made on demand, by any thread: strings, so that two threads making the same one do no harm.
    private @Nullable String method;
    private @Nullable String path;
    private @Nullable Client client;

    ParsedRequest() {}

    @Override
    @Nullable
    Rejection startLine(byte[] bytes, int from, int to) {
        return RequestLine.read(bytes, from, to, this);
    }

    void method(int from, int to, @Nullable String known) {
        methodStart = from;
        methodEnd = to;
        method = known;
    }

    boolean isMethod(String usual) {
        return usual.equals(method);
    }

    void target(int from, int endOfPath, int to, boolean rewritten) {
        targetStart = from;
        pathEnd = endOfPath;
        targetEnd = to;
        pathRewritten = rewritten;
    }

    void authority(int from, int to) {
        authorityStart = from;
        authorityEnd = to;
    }

    boolean hasAuthority() {
        return authorityStart >= 0;
    }

    /** Whether these octets of the head are the authority of the absolute target. */
    boolean isAuthority(int from, int to) {
        return Octets.equalsIgnoreCase(raw.bytes(), from, to, authorityStart, authorityEnd);
    }

    @Override
    @Nullable
    Rejection complete() {
        readConnection();
        Rejection fault = Authority.check(this);
        if (fault == null) {
            fault = FramingGuard.request(this);
        }
        return fault == null ? expectation() : fault;
    }

    /** RFC 9110 section 10.1.1: the one expectation there is; of an HTTP/1.0 client it is ignored. */
    private @Nullable Rejection expectation() {
        int field = raw.next(FieldName.EXPECT, 0);
        while (field >= 0) {
            if (!raw.valueIs(field, "100-continue")) {
                return new Rejection(417, "Expect: unknown expectation (expected: 100-continue)");
            }
            expectsContinue = !http10 && hasBody();
            field = raw.next(FieldName.EXPECT, field + 1);
        }
        return null;
    }

    @Override
    void recycle() {
        super.recycle();
        authorityStart = NONE;
        authorityEnd = NONE;
        expectsContinue = false;
        method = null;
        path = null;
        client = null;
    }

    /** Told once by the exchange, before any rule sees the head. */
    public void client(Client client) {
        this.client = client;
    }

    /** Writes the raw target bytes. */
    public void copyTarget(ByteBuf out) {
        out.writeBytes(raw.bytes(), targetStart, targetEnd - targetStart);
    }

    /** Writes the beginning of the raw target and tells how much was written. */
    public int copyTarget(byte[] into) {
        int length = Math.min(targetEnd - targetStart, into.length);
        System.arraycopy(raw.bytes(), targetStart, into, 0, length);
        return length;
    }

    /** Whether {@code Expect: 100-continue} was asked for by an HTTP/1.1 client with a body to come. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /**
     * The one authority this request names: of an absolute target, or Host, which are the same when there are both
     * (RFC 9112 section 3.2.2). Checked to be host or host:port; empty only for an HTTP/1.0 client that names none.
     */
    public String authority() {
        if (hasAuthority()) {
            return Octets.text(raw.bytes(), authorityStart, authorityEnd);
        }
        String host = value(FieldName.HOST);
        return host == null ? "" : host;
    }

    /** Whether that is what {@link #authority} would tell; makes no string. */
    public boolean authorityIs(String text) {
        if (hasAuthority()) {
            return Octets.equals(raw.bytes(), authorityStart, authorityEnd, text);
        }
        int host = raw.next(FieldName.HOST, 0);
        return host < 0 ? text.isEmpty() : Octets.equals(raw.bytes(), raw.valueStart(host), raw.valueEnd(host), text);
    }

    @Override
    public String method() {
        String known = method;
        if (known == null) {
            known = Octets.text(raw.bytes(), methodStart, methodEnd);
            method = known;
        }
        return known;
    }

    @Override
    public String target() {
        return Octets.text(raw.bytes(), targetStart, targetEnd);
    }

    @Override
    public String path() {
        String made = path;
        if (made == null) {
            made = pathRewritten ? TargetNormalizer.normalized(raw.bytes(), targetStart, pathEnd) : rawPath();
            path = made;
        }
        return made;
    }

    @Override
    public String rawPath() {
        return Octets.text(raw.bytes(), targetStart, pathEnd);
    }

    @Override
    public @Nullable String rawQuery() {
        return pathEnd == targetEnd ? null : Octets.text(raw.bytes(), pathEnd + 1, targetEnd);
    }

    @Override
    public @Nullable String query(String name) {
        return query(name, false);
    }

    @Override
    public @Nullable String queryIgnoreCase(String name) {
        return query(name, true);
    }

    private @Nullable String query(String name, boolean ignoreCase) {
        return pathEnd == targetEnd
                ? null
                : QueryParameters.first(raw.bytes(), pathEnd + 1, targetEnd, name, ignoreCase);
    }

    @Override
    public boolean hasBody() {
        return framing == BodyFraming.CHUNKED || contentLength > 0;
    }

    /** RFC 9110 section 7.8: one protocol, asked for by HTTP/1.1 and named by Connection; anything else is ignored. */
    @Override
    public @Nullable String upgrade() {
        if (http10 || !connectionHas(ConnectionOptions.UPGRADE)) {
            return null;
        }
        int field = raw.next(FieldName.UPGRADE, 0);
        if (field < 0 || raw.next(FieldName.UPGRADE, field + 1) >= 0) {
            return null;
        }
        byte[] bytes = raw.bytes();
        int from = raw.valueStart(field);
        int to = raw.valueEnd(field);
        int slash = from;
        while (slash < to && bytes[slash] != '/') {
            slash++;
        }
        boolean valid = Octets.isToken(bytes, from, slash) && (slash == to || Octets.isToken(bytes, slash + 1, to));
        return valid ? raw.value(field).toLowerCase(Locale.ROOT) : null;
    }

    @Override
    public Client client() {
        Client told = client;
        if (told == null) {
            throw new IllegalStateException("client: not told yet (expected: by the exchange)");
        }
        return told;
    }
}
