package dev.embergate.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.embergate.launcher.setup.ConfigFile;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Sets up Logback in code, which starts faster than from XML. Found by Logback as its configurator: until a configuration is
 * read, warnings go to standard error.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** Its lines say themselves when it was, to the moment of the request. */
    private static final String ACCESS = "embergate.access";

    private static final String TEXT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n";

    private static final OutputStream STDOUT = new FileOutputStream(FileDescriptor.out);

    private static volatile boolean accessAsJson;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, Level.WARN, false, "System.err");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Puts the section {@code log} into effect; lines go to standard output from now on. */
    public static void apply(ConfigFile.Log log) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            accessAsJson = log.json();
            set(context, Level.toLevel(log.level().name()), log.json(), "System.out");
        }
    }

    /**
     * Writes access lines to standard output, many with one call; as JSON they go through Logback one by one. What a full disk or
     * a closed pipe refuses is lost.
     */
    public static void access(byte[] lines, int length) throws IOException {
        if (!accessAsJson) {
            STDOUT.write(lines, 0, length);
            return;
        }
        org.slf4j.Logger logger = LoggerFactory.getLogger(ACCESS);
        new String(lines, 0, length, StandardCharsets.US_ASCII).lines().forEach(logger::info);
    }

    private static void set(LoggerContext context, Level level, boolean json, String target) {
        attach(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME), target, json ? json() : text(TEXT))
                .setLevel(level);
        attach(context.getLogger(ACCESS), target, json ? json() : text("%msg%n"))
                .setAdditive(false);
        // Netty tells its life story at debug.
        context.getLogger("io.netty").setLevel(level == Level.TRACE ? Level.DEBUG : Level.WARN);
    }

    private static Logger attach(Logger logger, String target, Encoder<ILoggingEvent> encoder) {
        LoggerContext context = logger.getLoggerContext();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder);
        console.start();
        logger.detachAndStopAllAppenders();
        logger.addAppender(console);
        return logger;
    }

    private static Encoder<ILoggingEvent> text(String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(pattern);
        return encoder;
    }

    private static Encoder<ILoggingEvent> json() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        return encoder;
    }
}
