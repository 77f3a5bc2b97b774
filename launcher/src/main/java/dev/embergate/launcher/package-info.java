/** main(): command line, YAML, wiring. */
@NullMarked
package dev.embergate.launcher;

import org.jspecify.annotations.NullMarked;
