/** {@code embergate demo}: the program itself, between a player and a pretended Emby, Alist and drive. */
@NullMarked
package dev.embergate.launcher.demo;

import org.jspecify.annotations.NullMarked;
