package dev.embergate.engine.upstream;

/** Tells an I/O fault of a read from one of a write; a channel reports both in the same way. */
final class ReadFault {
    private ReadFault() {}

    /** The native transports name the call that failed; the JDK's words for a reset are these where a read met it. */
    static boolean is(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.startsWith("recv") || message.startsWith("read") || message.equals("Connection reset");
    }
}
