/** Addresses written and checked by the rules: percent-encoding, and the links a client may be sent to. */
@NullMarked
package dev.embergate.rules.uri;

import org.jspecify.annotations.NullMarked;
