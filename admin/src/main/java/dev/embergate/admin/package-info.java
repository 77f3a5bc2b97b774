/** The admin port. */
@NullMarked
package dev.embergate.admin;

import org.jspecify.annotations.NullMarked;
