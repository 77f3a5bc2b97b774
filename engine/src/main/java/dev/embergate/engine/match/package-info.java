/** Head to rule: an index over the routes of a table, in file order. */
@NullMarked
package dev.embergate.engine.match;

import org.jspecify.annotations.NullMarked;
