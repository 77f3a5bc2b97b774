/**
 * Answers that are kept and given again, by RFC 9111 as a shared cache: what may be kept, how long it is fresh, how it is
 * validated, and where it lies. No sockets; {@code act} asks and is asked.
 */
@NullMarked
package dev.embergate.engine.cache;

import org.jspecify.annotations.NullMarked;
