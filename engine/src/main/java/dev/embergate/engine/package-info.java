/**
 * The engine: bytes. {@link dev.embergate.engine.Engine} is its one door.
 *
 * <p>The packages follow a request: {@code accept} (sockets, pipeline), {@code decode} (bytes to heads), {@code match} (head to
 * rule), {@code act} (outcome to work; the exchange), {@code upstream} (pool, calls, fetcher), {@code rewrite} (bodies that
 * change), {@code encode} (heads, files, tunnels, WebSocket frames), {@code telemetry} (meters, access line).
 */
@NullMarked
package dev.embergate.engine;

import org.jspecify.annotations.NullMarked;
