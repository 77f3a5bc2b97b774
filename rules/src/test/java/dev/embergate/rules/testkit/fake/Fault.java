package dev.embergate.rules.testkit.fake;

import java.time.Duration;

/** A way to fail on command. A fake that shall refuse connections is taken {@code down} instead. */
public sealed interface Fault {
    /** Answers as it should. */
    record None() implements Fault {}

    /** Answers late. */
    record Slow(Duration delay) implements Fault {}

    /** Answers that status to everything. */
    record Status(int status) implements Fault {}

    /** Takes the request and never answers. */
    record Hang() implements Fault {}

    /** Promises the whole body, sends that much of it and closes. */
    record Cut(int bodyBytes) implements Fault {}
}
