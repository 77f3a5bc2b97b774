/**
 * The words of a rule: all that a plug-in may import from the engine.
 *
 * <p>A {@link dev.embergate.engine.spi.Rule} looks at one request head and answers with an
 * {@link dev.embergate.engine.spi.Outcome}: it says <em>what</em> should happen, the engine does it. Nothing here names a
 * buffer, a channel or a thread, so a rule cannot leak one, hold one, or fix framing wrongly.
 */
@NullMarked
package dev.embergate.engine.spi;

import org.jspecify.annotations.NullMarked;
