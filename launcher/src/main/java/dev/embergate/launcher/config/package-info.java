/** YAML to checked records: every value knows its file, line and column, and all problems are found in one go. */
@NullMarked
package dev.embergate.launcher.config;

import org.jspecify.annotations.NullMarked;
