/** Socket to channel: listeners, limits, and the {@code ClientPipeline} that lists every handler a connection passes. */
@NullMarked
package dev.embergate.engine.accept;

import org.jspecify.annotations.NullMarked;
