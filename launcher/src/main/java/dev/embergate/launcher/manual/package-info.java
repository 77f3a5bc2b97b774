/** The manual of rule types, made of their factories and records. */
@NullMarked
package dev.embergate.launcher.manual;

import org.jspecify.annotations.NullMarked;
