/** Rules of the plain web: redirects, ready answers, forwards with edits or caching, tunnels. */
@NullMarked
package dev.embergate.rules.web;

import org.jspecify.annotations.NullMarked;
