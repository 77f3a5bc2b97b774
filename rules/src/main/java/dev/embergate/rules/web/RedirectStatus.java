package dev.embergate.rules.web;

/** The statuses that send a client elsewhere (RFC 9110 section 15.4). */
final class RedirectStatus {
    private RedirectStatus() {}

    static void check(int status) {
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            throw new IllegalArgumentException("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
        }
    }
}
