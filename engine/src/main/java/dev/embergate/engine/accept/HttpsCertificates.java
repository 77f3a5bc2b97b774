package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.EngineConfig.Tls;
import dev.embergate.engine.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The certificates of all https listeners, and the thread that reads them again when they change. */
public final class HttpsCertificates implements AutoCloseable {
    private final Map<String, ListenerTls> byListener;
    private final @Nullable CertificateWatch watch;

    private HttpsCertificates(Map<String, ListenerTls> byListener) {
        this.byListener = byListener;
        List<ServedCertificate> all = new ArrayList<>();
        byListener.values().forEach(tls -> all.addAll(tls.certificates()));
        this.watch = all.isEmpty() ? null : CertificateWatch.start(all);
    }

    /**
     * Reads files: blocks. Says which certificates end soon.
     *
     * @throws IllegalArgumentException when a certificate cannot be used, naming listener, file and reason
     * @throws IllegalStateException when the TLS library that was asked for by name does not load
     */
    public static HttpsCertificates open(List<ListenerConfig> listeners) {
        Map<String, ListenerTls> opened = new LinkedHashMap<>();
        try {
            for (ListenerConfig listener : listeners) {
                Tls tls = listener.tls();
                if (tls != null) {
                    opened.put(listener.name(), ListenerTls.open(listener, tls));
                }
            }
        } catch (RuntimeException e) {
            opened.values().forEach(ListenerTls::close);
            throw e;
        }
        return new HttpsCertificates(opened);
    }

    /** Lets metrics say how long they are good. Once. */
    public void measuredBy(Telemetry telemetry) {
        byListener.forEach((listener, tls) -> {
            for (ServedCertificate certificate : tls.certificates()) {
                telemetry.certificateExpiry(
                        listener,
                        certificate.files().chain().toString(),
                        () -> certificate.expires().getEpochSecond());
            }
        });
    }

    @Nullable
    ListenerTls of(ListenerConfig listener) {
        return byListener.get(listener.name());
    }

    /** Reads changed files now, on the caller's thread, and may block. One that cannot be used leaves what there is. */
    public void reread() {
        if (watch != null) {
            watch.look();
        }
    }

    /** Once the event loops have stopped. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        byListener.values().forEach(ListenerTls::close);
    }
}
