/** What decision tests lend to a rule in place of the engine. */
@NullMarked
package dev.embergate.rules.testkit;

import org.jspecify.annotations.NullMarked;
