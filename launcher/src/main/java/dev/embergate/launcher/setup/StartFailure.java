package dev.embergate.launcher.setup;

/** The program could not do what it was asked to; the message says what is in the way and what to do. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
