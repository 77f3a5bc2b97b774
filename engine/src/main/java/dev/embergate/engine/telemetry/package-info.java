/** What happened: meters and one access line an exchange. */
@NullMarked
package dev.embergate.engine.telemetry;

import org.jspecify.annotations.NullMarked;
