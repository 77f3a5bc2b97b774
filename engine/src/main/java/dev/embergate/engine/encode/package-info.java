/** Heads and pieces to bytes: relayed heads, files with Range, tunnels, WebSocket frames. */
@NullMarked
package dev.embergate.engine.encode;

import org.jspecify.annotations.NullMarked;
