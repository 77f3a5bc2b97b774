/** Ready body transforms: JSON by element, text by line, small bodies as a whole. All bounded. */
@NullMarked
package dev.embergate.rules.text;

import org.jspecify.annotations.NullMarked;
