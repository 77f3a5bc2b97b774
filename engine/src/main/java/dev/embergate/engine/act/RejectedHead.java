package dev.embergate.engine.act;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.telemetry.ExchangeView;
import java.net.InetAddress;

/** The access line of something that was no request. */
record RejectedHead(ClientConnection connection, Rejection rejection, String requestId) implements ExchangeView {
    @Override
    public String listener() {
        return connection.listener.name;
    }

    @Override
    public InetAddress clientAddress() {
        return connection.peerAddress();
    }

    @Override
    public String method() {
        return "";
    }

    @Override
    public String target() {
        return "";
    }

    @Override
    public String rule() {
        return "";
    }

    @Override
    public String outcome() {
        return "reject";
    }

    @Override
    public String upstream() {
        return "";
    }

    @Override
    public int status() {
        return rejection.status();
    }

    @Override
    public long bytesIn() {
        return 0;
    }

    @Override
    public long bytesOut() {
        return 0;
    }

    @Override
    public long bytesKept() {
        return -1;
    }

    @Override
    public long decisionNanos() {
        return 0;
    }

    @Override
    public long firstByteNanos() {
        return -1;
    }

    @Override
    public long totalNanos() {
        return 0;
    }

    @Override
    public String failure() {
        return rejection.reason();
    }
}
