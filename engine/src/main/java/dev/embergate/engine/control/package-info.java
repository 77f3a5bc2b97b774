/** What admin and the launcher may import besides {@code spi}: rule tables, status, explanations. */
@NullMarked
package dev.embergate.engine.control;

import org.jspecify.annotations.NullMarked;
