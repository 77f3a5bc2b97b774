package dev.embergate.launcher.setup;

import dev.embergate.launcher.config.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when the content of the configuration's files has changed.
 *
 * <p>Watches folders, not files: editors write a new file and rename it, Kubernetes swaps a symbolic link beside it. What
 * counts is the content, compared once the folders have been quiet for a moment. Own thread; the callback runs on it.
 */
public final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final long QUIET_MILLIS = 300;
    /** A folder in which something else writes all the time is not waited for longer. */
    private static final long MAX_WAIT_MILLIS = 2000;

    private static final byte[] ABSENT = {0};

    private final ConfigurationLoader loader;
    private final Runnable changed;
    private final WatchService service;
    private final Thread thread;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private byte[] known;

    private ConfigWatch(ConfigurationLoader loader, Runnable changed, WatchService service) {
        this.loader = loader;
        this.changed = changed;
        this.service = service;
        this.known = ABSENT;
        this.thread =
                Thread.ofPlatform().name("embergate-config-watch").daemon().unstarted(this::run);
    }

    /** @return null where files cannot be watched, which is logged: a reload by signal or admin still works */
    public static @Nullable ConfigWatch start(ConfigurationLoader loader, Runnable changed) {
        try {
            WatchService service = loader.directory().getFileSystem().newWatchService();
            ConfigWatch watch = new ConfigWatch(loader, changed, service);
            watch.watchFolders();
            watch.known = watch.content();
            watch.thread.start();
            return watch;
        } catch (IOException e) {
            LOG.warn("files are not watched ({}); reload with SIGHUP or the admin port", e.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("watch service", e);
        }
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                take(service.take());
                awaitQuiet();
                watchFolders();
                byte[] now = content();
                if (!MessageDigest.isEqual(now, known)) {
                    known = now;
                    changed.run();
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Closed.
        } catch (IOException e) {
            LOG.warn("files are no longer watched ({}); reload with SIGHUP or the admin port", e.getMessage());
        }
    }

    private void awaitQuiet() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
        while (System.nanoTime() < end) {
            WatchKey key = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
            if (key == null) {
                return;
            }
            take(key);
        }
    }

    /** A key that cannot be reset belongs to a folder that is gone; it is watched again when it is back. */
    private void take(WatchKey key) {
        key.pollEvents();
        if (!key.reset()) {
            watched.values().remove(key);
        }
    }

    private void watchFolders() throws IOException {
        for (Path folder : folders()) {
            if (!watched.containsKey(folder)) {
                try {
                    watched.put(
                            folder,
                            folder.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE));
                } catch (NoSuchFileException e) {
                    LOG.debug("{} went away", folder);
                }
            }
        }
    }

    /** The main file's folder, that of the rule files, and those that links among them lead to. */
    private Set<Path> folders() {
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(loader.directory());
        Path rules = loader.directory().resolve(ConfigurationLoader.RULE_FOLDER);
        if (Files.isDirectory(rules)) {
            folders.add(rules);
        }
        for (Path file : loader.files()) {
            try {
                Path parent = file.toRealPath().getParent();
                if (parent != null && !Files.isSameFile(parent, loader.directory())) {
                    folders.add(parent);
                }
            } catch (IOException e) {
                LOG.debug("{} went away", file);
            }
        }
        return folders;
    }

    /** Names and bytes of all files, as one digest. */
    private byte[] content() {
        List<Path> files = new ArrayList<>(loader.files());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(bytes(file));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(YamlReader.MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
