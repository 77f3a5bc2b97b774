/** Decisions: the plug-ins of the proxy port, a package each. */
@NullMarked
package dev.embergate.rules;

import org.jspecify.annotations.NullMarked;
