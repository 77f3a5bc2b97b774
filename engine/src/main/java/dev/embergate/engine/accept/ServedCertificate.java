package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.Tls.Certificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pair of PEM files and what of them is in use: a newer content takes its place once it has been checked, for new connections.
 * {@link #newHandler} is for event loops; {@link #reread} and the warnings are for one other thread at a time.
 */
final class ServedCertificate implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServedCertificate.class);
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);

    private record Used(SslContext context, CertificateNames names, Instant expires) {}

    private final String listener;
    private final Certificate files;
    private final TlsTerms terms;
    private volatile Used used;
    private volatile boolean closed;

    /** What was looked at last, taken or not, so that it is told once. Null when it could not be read. */
    private KeyAndChain.@Nullable Bytes seen;

    private String complaint = "";

    private ServedCertificate(String listener, Certificate files, TlsTerms terms, Used used, KeyAndChain.Bytes seen) {
        this.listener = listener;
        this.files = files;
        this.terms = terms;
        this.used = used;
        this.seen = seen;
    }

    /** Reads files: blocks. */
    static ServedCertificate open(String listener, Certificate files, TlsTerms terms) throws UnusableCertificate {
        KeyAndChain.Bytes bytes = KeyAndChain.Bytes.of(files);
        return new ServedCertificate(listener, files, terms, use(files, terms, bytes), bytes);
    }

    private static Used use(Certificate files, TlsTerms terms, KeyAndChain.Bytes bytes) throws UnusableCertificate {
        KeyAndChain shown = KeyAndChain.parse(files, bytes, Instant.now());
        try {
            return new Used(terms.context(shown), CertificateNames.of(shown.leaf()), shown.expires());
        } catch (SSLException | RuntimeException e) {
            // What libraries say here may quote the key.
            throw new UnusableCertificate(
                    "chain",
                    files.chain(),
                    "one that TLS can use; " + e.getClass().getSimpleName());
        }
    }

    Certificate files() {
        return files;
    }

    Instant expires() {
        return used.expires();
    }

    boolean isExactlyFor(String name) {
        return used.names().haveExactly(name);
    }

    boolean isForWildcardOf(String name) {
        return used.names().haveByWildcard(name);
    }

    SslHandler newHandler(ByteBufAllocator alloc) {
        while (true) {
            SslContext context = used.context();
            try {
                ReferenceCountUtil.retain(context);
            } catch (IllegalReferenceCountException replaced) {
                if (closed) {
                    throw new IllegalStateException("the listener is closed", replaced);
                }
                continue; // in this very moment: the new one is there already
            }
            try {
                return context.newHandler(alloc);
            } finally {
                ReferenceCountUtil.release(context); // the handler's engine holds one of its own
            }
        }
    }

    /** Takes what the files hold now, if that is new and can be used; else keeps what there is and says why, once. */
    void reread() {
        try {
            KeyAndChain.Bytes bytes = KeyAndChain.Bytes.of(files);
            if (bytes.isSame(seen)) {
                return;
            }
            seen = bytes;
            Used old = used;
            used = use(files, terms, bytes);
            ReferenceCountUtil.release(old.context());
            complaint = "";
            log.info("listener {}: new certificate from {}, until {}", listener, files.chain(), used.expires());
            warnIfExpiring(Instant.now());
        } catch (UnusableCertificate e) {
            if (!e.text().equals(complaint)) {
                complaint = e.text();
                log.warn("listener {}: the certificate stays as it was: {}", listener, e.text());
            }
        }
    }

    void warnIfExpiring(Instant now) {
        Instant end = expires();
        if (!end.isAfter(now)) {
            log.warn("listener {}: the certificate in {} has expired on {}", listener, files.chain(), end);
        } else if (end.isBefore(now.plus(EXPIRES_SOON))) {
            log.warn("listener {}: the certificate in {} expires on {}", listener, files.chain(), end);
        }
    }

    /** Once no event loop makes connections any more. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ReferenceCountUtil.release(used.context());
        }
    }
}
