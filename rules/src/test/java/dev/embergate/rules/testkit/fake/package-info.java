/**
 * Fake servers that speak the real protocols, for tests and the demo: an Emby server, an Alist, and the drive behind
 * it.
 *
 * <p>They stand on Netty's own HTTP codec and not on the engine, so that a mistake of the engine cannot hide in both.
 * Every fake listens on a free loopback port, records what it was asked, and can be told to fail.
 */
@NullMarked
package dev.embergate.rules.testkit.fake;

import org.jspecify.annotations.NullMarked;
