package dev.embergate.engine.accept;

import java.nio.file.Path;

/** Why a pair of PEM files cannot be used. */
final class UnusableCertificate extends Exception {
    private static final long serialVersionUID = 1;

    /** @param name chain or key */
    UnusableCertificate(String name, Path file, String expected) {
        super(name + ": " + file + " (expected: " + expected + ")", null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
