package dev.embergate.launcher.setup;

import dev.embergate.launcher.config.YamlReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when the content of the configuration's files has changed.
 *
 * <p>Looks at size and time of each file once a second, behind links. Events of the operating system would come sooner, but they
 * do not come at all from many network and container mounts, and in a folder where something else writes all the time, such as
 * a log, each of them costs. What counts is the content, compared once the files have been quiet for a moment. Own thread; the
 * callback runs on it.
 */
public final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    private static final long LOOK_MILLIS = 1000;
    private static final long QUIET_MILLIS = 300;

    /** A file in which something writes all the time is not waited for longer. */
    private static final int MAX_WAITS = 7;

    /** A file changed this recently may change again within the same tick of the file system's clock. */
    private static final long RECENT_MILLIS = 2000;

    private final ConfigurationLoader loader;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Look known;
    private byte[] content;

    /** @param recent whether any of it may have changed since without looking different */
    private record Look(List<String> files, boolean recent) {}

    private ConfigWatch(ConfigurationLoader loader, Runnable changed) {
        this.loader = loader;
        this.changed = changed;
        this.known = look();
        this.content = content();
        this.thread =
                Thread.ofPlatform().name("embergate-config-watch").daemon().unstarted(this::run);
    }

    public static ConfigWatch start(ConfigurationLoader loader, Runnable changed) {
        ConfigWatch watch = new ConfigWatch(loader, changed);
        watch.thread.start();
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    lookAgain();
                } catch (UncheckedIOException e) { // a folder that goes away while it is listed
                    LOG.debug("configuration files", e);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void lookAgain() throws InterruptedException {
        Look before = known;
        known = look();
        if (known.files().equals(before.files()) && !before.recent()) {
            return;
        }
        awaitQuiet();
        byte[] now = content();
        if (!Arrays.equals(now, content)) {
            content = now;
            changed.run();
        }
    }

    private void awaitQuiet() throws InterruptedException {
        for (int waits = 0; waits < MAX_WAITS; waits++) {
            if (closed.await(QUIET_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            Look now = look();
            boolean quiet = now.files().equals(known.files());
            known = now;
            if (quiet) {
                return;
            }
        }
    }

    private Look look() {
        List<String> files = new ArrayList<>();
        long newest = Long.MIN_VALUE;
        for (Path file : loader.files()) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                newest = Math.max(newest, attributes.lastModifiedTime().toMillis());
                files.add(file + " " + attributes.size() + " " + attributes.lastModifiedTime() + " "
                        + attributes.fileKey());
            } catch (IOException e) {
                files.add(file + " absent");
            }
        }
        return new Look(files, newest > System.currentTimeMillis() - RECENT_MILLIS);
    }

    /** Names and bytes of all files. */
    private byte[] content() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : loader.files()) {
            all.writeBytes(file.toString().getBytes(StandardCharsets.UTF_8));
            all.write(0);
            try (InputStream in = Files.newInputStream(file)) {
                all.writeBytes(in.readNBytes(YamlReader.MAX_FILE_BYTES + 1));
            } catch (IOException e) {
                all.write(1);
            }
            all.write(0);
        }
        return all.toByteArray();
    }
}
