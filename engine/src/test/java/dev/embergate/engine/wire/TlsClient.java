package dev.embergate.engine.wire;

import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The JDK's TLS over a socket of ours. */
final class TlsClient {
    private final SSLContext context;
    private final int port;
    private final SSLParameters parameters;
    private String name = "a.test";
    private int receiveBufferBytes;

    private TlsClient(SSLContext context, int port) {
        this.context = context;
        this.port = port;
        this.parameters = context.getDefaultSSLParameters();
    }

    static TlsClient to(Proxy proxy, SSLContext context) {
        return new TlsClient(context, proxy.port());
    }

    TlsClient versions(String... versions) {
        parameters.setProtocols(versions);
        return this;
    }

    TlsClient ciphers(String... ciphers) {
        parameters.setCipherSuites(ciphers);
        return this;
    }

    TlsClient offers(String... protocols) {
        parameters.setApplicationProtocols(protocols);
        return this;
    }

    /** Empty for none. */
    TlsClient named(String value) {
        name = value;
        return this;
    }

    TlsClient receiveBuffer(int bytes) {
        receiveBufferBytes = bytes;
        return this;
    }

    /** Connected, with no handshake yet. */
    SSLSocket socket() throws IOException {
        Socket plain = new Socket();
        if (receiveBufferBytes > 0) {
            plain.setReceiveBufferSize(receiveBufferBytes);
        }
        plain.connect(new InetSocketAddress("127.0.0.1", port));
        plain.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Origin.PATIENCE_SECONDS));
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** After the handshake. */
    SSLSocket shaken() throws IOException {
        SSLSocket socket = socket();
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    WireClient connect() throws IOException {
        return WireClient.over(shaken());
    }
}
