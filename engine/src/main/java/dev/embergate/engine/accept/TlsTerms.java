package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.Tls;
import dev.embergate.engine.EngineConfig.Tls.Version;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On what terms a listener speaks TLS: TLS 1.2 with forward secrecy and AEAD only (RFC 9325 section 4.2), TLS 1.3 (RFC 8446), ALPN
 * with http/1.1 and nothing else, no renegotiation, no compression, no early data. Sessions are resumed by tickets, whose keys
 * the library makes and changes by itself; nothing is kept here for a session.
 */
record TlsTerms(SslProvider provider, Version minVersion) {
    private static final Logger log = LoggerFactory.getLogger(TlsTerms.class);

    /** As nginx and Mozilla's "intermediate" have it, without its DHE suites. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig HTTP_1_1 = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_1_1);

    private static final long SESSION_SECONDS = 7200;

    /** Asked once a process: why BoringSSL was not taken where it might have been. */
    private static final class FallBack {
        static final boolean SAID = say();

        private static boolean say() {
            log.info("BoringSSL does not load here ({}): using the JDK's TLS", reason());
            return true;
        }
    }

    /** @throws IllegalStateException when BoringSSL was asked for by name and does not load, with the reason */
    static TlsTerms of(Tls tls) {
        SslProvider provider = switch (tls.provider()) {
            case AUTO -> OpenSsl.isAvailable() || !FallBack.SAID ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
            case BORINGSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalStateException(
                            "provider: boringssl (expected: one that loads here; " + reason() + ")");
                }
                yield SslProvider.OPENSSL_REFCNT;
            }
            case JDK -> SslProvider.JDK;
        };
        if (provider == SslProvider.JDK) {
            refuseRenegotiation();
        }
        return new TlsTerms(provider, tls.minVersion());
    }

    private static String reason() {
        Throwable cause = OpenSsl.unavailabilityCause();
        return cause == null ? "unknown" : String.valueOf(cause.getMessage());
    }

    /** BoringSSL refuses by itself. The JDK looks at this once, when its first handshake begins; an operator's word counts. */
    private static void refuseRenegotiation() {
        String property = "jdk.tls.rejectClientInitiatedRenegotiation";
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    /** The caller releases it where it is reference-counted. */
    SslContext context(KeyAndChain shown) throws SSLException {
        SslContext context = SslContextBuilder.forServer(
                        shown.key(), shown.chain().toArray(X509Certificate[]::new))
                .sslProvider(provider)
                .protocols(minVersion == Version.TLS_1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2"))
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(HTTP_1_1)
                .sessionTimeout(SESSION_SECONDS)
                .build();
        try {
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setSessionCacheEnabled(false); // tickets are on by themselves, with BoringSSL's own keys
            }
        } catch (RuntimeException e) {
            ReferenceCountUtil.release(context);
            throw e;
        }
        return context;
    }
}
