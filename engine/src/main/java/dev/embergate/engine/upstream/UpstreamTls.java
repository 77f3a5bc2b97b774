package dev.embergate.engine.upstream;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards one https upstream: the chain and the name of its certificate are checked unless the configuration says not to
 * (RFC 9110 section 4.3.4). BoringSSL where it is loaded, else the JDK's.
 */
final class UpstreamTls {
    private final SslContext context;
    private final String host;
    private final int port;
    private final long handshakeMillis;

    /** Reads the CA file: not on an event loop that carries exchanges. */
    UpstreamTls(UpstreamConfig config, String host) {
        this.host = host;
        this.port = config.port();
        this.handshakeMillis = config.connectTimeout().toMillis();
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2");
        Path caFile = config.caFile();
        if (!config.verifyTls()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else {
            builder.endpointIdentificationAlgorithm("HTTPS");
            if (caFile != null) {
                trust(builder, caFile.toFile());
            }
        }
        try {
            context = builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(describe(caFile), e);
        }
    }

    private static void trust(SslContextBuilder builder, File file) {
        try {
            builder.trustManager(file);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(describe(file.toPath()), e);
        }
    }

    private static String describe(@Nullable Path caFile) {
        return caFile == null ? "tls: cannot be set up" : "ca-file: " + caFile + " (expected: PEM certificates)";
    }

    /** Its host is sent as server name (RFC 6066 section 3) unless it is an address. */
    SslHandler newHandler(Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc(), host, port);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
