/** Bytes to heads and body pieces: one strict HTTP/1.1 parser (RFC 9112) for both sides. */
@NullMarked
package dev.embergate.engine.decode;

import org.jspecify.annotations.NullMarked;
