package dev.embergate.engine.upstream;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/**
 * TLS towards https upstreams: the chain and the name of a certificate are checked unless the configuration says not to
 * (RFC 9110 section 4.3.4). BoringSSL where it is loaded, else the JDK's. Thread-safe; one may serve many pools.
 */
final class UpstreamTls {
    private final SslContext context;

    private UpstreamTls(SslContext context) {
        this.context = context;
    }

    /** Trusts whom the JDK trusts. Made once, when first asked for: reading the JDK's certificates takes its time. */
    private static final class Ordinary {
        static final UpstreamTls INSTANCE = new UpstreamTls(build(verifying(), "tls: cannot be set up"));
    }

    /**
     * Reads certificates from disk: blocks.
     *
     * @throws IllegalArgumentException when the CA file cannot be used
     */
    static UpstreamTls of(UpstreamConfig config) {
        Path caFile = config.caFile();
        if (!config.verifyTls()) {
            return new UpstreamTls(build(
                    builder().trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null),
                    "tls: cannot be set up"));
        }
        if (caFile == null) {
            return Ordinary.INSTANCE;
        }
        String wrong = "ca-file: " + caFile + " (expected: a readable file of PEM certificates)";
        try {
            return new UpstreamTls(build(verifying().trustManager(caFile.toFile()), wrong));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong, e);
        }
    }

    private static SslContextBuilder verifying() {
        return builder().endpointIdentificationAlgorithm("HTTPS");
    }

    private static SslContextBuilder builder() {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2");
    }

    private static SslContext build(SslContextBuilder builder, String wrong) {
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException(wrong, e);
        }
    }

    /** @param host sent as server name (RFC 6066 section 3) unless it is an address; IPv6 without brackets */
    SslHandler newHandler(Channel channel, String host, int port, long handshakeMillis) {
        SslHandler handler = context.newHandler(channel.alloc(), host, port);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
