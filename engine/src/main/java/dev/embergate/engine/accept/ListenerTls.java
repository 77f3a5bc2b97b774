package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.EngineConfig.Tls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificates of one https listener. */
final class ListenerTls implements AutoCloseable {
    private final String listener;
    private final List<ServedCertificate> certificates;

    private ListenerTls(String listener, List<ServedCertificate> certificates) {
        this.listener = listener;
        this.certificates = List.copyOf(certificates);
    }

    /**
     * Reads files: blocks.
     *
     * @throws IllegalArgumentException when a certificate cannot be used, naming the listener, the file and the reason
     */
    static ListenerTls open(ListenerConfig config, Tls tls) {
        TlsTerms terms = TlsTerms.of(tls);
        List<ServedCertificate> opened = new ArrayList<>();
        try {
            for (Tls.Certificate files : tls.certificates()) {
                opened.add(ServedCertificate.open(config.name(), files, terms));
            }
        } catch (UnusableCertificate e) {
            opened.forEach(ServedCertificate::close);
            throw new IllegalArgumentException("listener " + config.name() + ": " + e.text(), e);
        }
        return new ListenerTls(config.name(), opened);
    }

    String listener() {
        return listener;
    }

    List<ServedCertificate> certificates() {
        return certificates;
    }

    /**
     * The one for that name exactly, else for a wildcard of it, else the first. An unknown name is no error: RFC 6066 section 3
     * allows to go on, and clients that name an address or nothing need a certificate, too.
     *
     * @param name in lower case; null when the client named none
     */
    ServedCertificate of(@Nullable String name) {
        if (name != null && certificates.size() > 1) {
            for (ServedCertificate certificate : certificates) {
                if (certificate.isExactlyFor(name)) {
                    return certificate;
                }
            }
            for (ServedCertificate certificate : certificates) {
                if (certificate.isForWildcardOf(name)) {
                    return certificate;
                }
            }
        }
        return certificates.getFirst();
    }

    @Override
    public void close() {
        certificates.forEach(ServedCertificate::close);
    }
}
