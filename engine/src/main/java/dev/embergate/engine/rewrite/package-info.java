/** Body piece to body piece: content decoding and the transform a rule declared. */
@NullMarked
package dev.embergate.engine.rewrite;

import org.jspecify.annotations.NullMarked;
