/** From files to a running engine: sections, rule types, rules, and reloading them. */
@NullMarked
package dev.embergate.launcher.setup;

import org.jspecify.annotations.NullMarked;
