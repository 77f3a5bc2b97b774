/** The way around this server: play and download requests answered with a redirect to the drive the file lies on. */
@NullMarked
package dev.embergate.rules.directlink;

import org.jspecify.annotations.NullMarked;
