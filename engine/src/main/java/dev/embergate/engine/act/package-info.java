/** Outcome to work: the exchange, and the one switch over {@code Outcome}. */
@NullMarked
package dev.embergate.engine.act;

import org.jspecify.annotations.NullMarked;
