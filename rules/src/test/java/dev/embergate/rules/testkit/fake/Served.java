package dev.embergate.rules.testkit.fake;

/**
 * A request and how it was answered.
 *
 * @param bodyBytes promised to the client; fewer arrive where it leaves early
 */
public record Served(FakeRequest request, int status, long bodyBytes) {}
