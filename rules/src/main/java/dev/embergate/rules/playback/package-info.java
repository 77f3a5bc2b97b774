/** What a player is told it may play, and how. */
@NullMarked
package dev.embergate.rules.playback;

import org.jspecify.annotations.NullMarked;
