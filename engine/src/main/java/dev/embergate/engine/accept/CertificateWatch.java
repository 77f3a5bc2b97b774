package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.Tls.Certificate;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has certificates read again when their files change, and says once a day which end soon.
 *
 * <p>Watches folders, those of the files and those their links lead to: renewals swap links or rename files. Looks once a minute
 * anyway, for file systems that do not tell. A thread of its own.
 */
final class CertificateWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    private static final long LOOK_SECONDS = 60;
    /** A chain and its key are two files: both are waited for. */
    private static final long QUIET_MILLIS = 300;

    private static final int MAX_WAITS = 10;
    private static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);

    private final List<ServedCertificate> certificates;
    private final @Nullable WatchService service;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private long warnedAt;

    private CertificateWatch(List<ServedCertificate> certificates, @Nullable WatchService service) {
        this.certificates = certificates;
        this.service = service;
        this.thread = Thread.ofPlatform().name("certificate-watch").daemon().unstarted(this::run);
    }

    static CertificateWatch start(List<ServedCertificate> certificates) {
        WatchService service = null;
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            log.info("certificates are looked at every {} s only ({})", LOOK_SECONDS, e.getMessage());
        }
        CertificateWatch watch = new CertificateWatch(List.copyOf(certificates), service);
        watch.warn();
        watch.watchFolders();
        watch.thread.start();
        return watch;
    }

    /** Now, on the caller's thread. */
    synchronized void look() {
        certificates.forEach(ServedCertificate::reread);
        if (System.nanoTime() - warnedAt >= DAY_NANOS) {
            warn();
        }
    }

    private void warn() {
        warnedAt = System.nanoTime();
        certificates.forEach(certificate -> certificate.warnIfExpiring(Instant.now()));
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                awaitChange();
                watchFolders();
                look();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Closed.
        } catch (RuntimeException e) {
            log.error("certificates are no longer read again when they change", e);
        }
    }

    private void awaitChange() throws InterruptedException {
        WatchService changes = service;
        if (changes == null) {
            if (closing.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                throw new InterruptedException();
            }
            return;
        }
        WatchKey key = changes.poll(LOOK_SECONDS, TimeUnit.SECONDS);
        for (int i = 0; key != null && i < MAX_WAITS; i++) {
            taken(key);
            key = changes.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (key != null) {
            taken(key);
        }
    }

    /** A key that cannot be reset belongs to a folder that is gone; it is watched again when it is back. */
    private void taken(WatchKey key) {
        key.pollEvents();
        if (!key.reset()) {
            watched.values().remove(key);
        }
    }

    private void watchFolders() {
        for (ServedCertificate certificate : certificates) {
            Certificate files = certificate.files();
            for (Path file : List.of(files.chain(), files.key())) {
                watchFolderOf(file.toAbsolutePath());
                try {
                    watchFolderOf(file.toRealPath());
                } catch (IOException e) {
                    log.debug("{} went away", file);
                }
            }
        }
    }

    private void watchFolderOf(Path file) {
        Path folder = file.getParent();
        WatchService changes = service;
        if (folder == null || changes == null || watched.containsKey(folder)) {
            return;
        }
        try {
            watched.put(
                    folder,
                    folder.register(
                            changes,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE));
        } catch (IOException e) {
            log.debug("{} is looked at every {} s only", folder, LOOK_SECONDS);
        }
    }

    /** Waits until the thread has ended: nobody reads certificates after this. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (service != null) {
                service.close();
            }
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (IOException e) {
            log.debug("watch service", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
