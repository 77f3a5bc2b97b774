package dev.embergate.engine.telemetry;

import java.io.IOException;

/** Where access lines go instead of the logger {@code embergate.access}, whose level still counts. */
@FunctionalInterface
public interface AccessSink {
    /**
     * Takes whole lines, many at a time. Called by the access log's own thread and may block; while it does, further lines are
     * dropped and counted.
     *
     * @param lines visible ASCII, a line feed behind each; reused after the call
     * @throws IOException when they could not be written: they count as dropped
     */
    void write(byte[] lines, int length) throws IOException;
}
