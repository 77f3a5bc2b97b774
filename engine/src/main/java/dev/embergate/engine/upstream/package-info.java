/** Head and edits to an answer: a connection pool per event loop, and the fetcher that rules use. */
@NullMarked
package dev.embergate.engine.upstream;

import org.jspecify.annotations.NullMarked;
