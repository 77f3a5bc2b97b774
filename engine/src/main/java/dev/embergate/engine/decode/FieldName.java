package dev.embergate.engine.decode;

/** Header fields the engine itself has to know; everything else is {@link #OTHER}. */
public enum FieldName {
    OTHER(""),
    HOST("host"),
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    TE("te"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    EXPECT("expect"),
    RANGE("range"),
    IF_RANGE("if-range"),
    IF_MATCH("if-match"),
    IF_NONE_MATCH("if-none-match"),
    IF_MODIFIED_SINCE("if-modified-since"),
    IF_UNMODIFIED_SINCE("if-unmodified-since"),
    ACCEPT_ENCODING("accept-encoding"),
    CONTENT_ENCODING("content-encoding"),
    CONTENT_TYPE("content-type"),
    ACCEPT_RANGES("accept-ranges"),
    ETAG("etag"),
    LAST_MODIFIED("last-modified"),
    DATE("date"),
    FORWARDED("forwarded"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PORT("x-forwarded-port"),
    X_REAL_IP("x-real-ip"),
    X_REQUEST_ID("x-request-id"),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate"),
    SEC_WEBSOCKET_KEY("sec-websocket-key"),
    SEC_WEBSOCKET_VERSION("sec-websocket-version");

    private final String lowerCase;

    FieldName(String lowerCase) {
        this.lowerCase = lowerCase;
    }

    public String lowerCase() {
        return lowerCase;
    }

    /** Meant for the next hop only (RFC 9110 section 7.6.1), so never relayed; Connection may name more. */
    public boolean isHopByHop() {
        return switch (this) {
            case CONNECTION,
                    KEEP_ALIVE,
                    PROXY_CONNECTION,
                    PROXY_AUTHENTICATE,
                    PROXY_AUTHORIZATION,
                    TE,
                    TRAILER,
                    TRANSFER_ENCODING,
                    UPGRADE -> true;
            default -> false;
        };
    }

    /** What proxies say about the client; set anew by the engine, taken from trusted peers only. */
    public boolean isForwarding() {
        return switch (this) {
            case FORWARDED, X_FORWARDED_FOR, X_FORWARDED_PROTO, X_FORWARDED_HOST, X_FORWARDED_PORT, X_REAL_IP -> true;
            default -> false;
        };
    }
}
