/** Emby's protocol, as far as rules speak it: paths, tokens, a client, the item model. */
@NullMarked
package dev.embergate.rules.emby;

import org.jspecify.annotations.NullMarked;
