/** What wire tests are made of: a scripted origin and a client on plain blocking sockets, and the leak check. No Netty on the wire. */
@NullMarked
package dev.embergate.engine.testkit;

import org.jspecify.annotations.NullMarked;
