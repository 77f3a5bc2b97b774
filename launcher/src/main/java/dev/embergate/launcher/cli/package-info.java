/** The commands of the command line. */
@NullMarked
package dev.embergate.launcher.cli;

import org.jspecify.annotations.NullMarked;
