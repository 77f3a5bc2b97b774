/**
 * The load harness: the built program and its peers as processes of their own, the same load on each in turn, and the ratios of
 * what it cost them. {@code benchmarks/load/run} and its neighbours start it; docs/performance.md says what the figures mean.
 */
@NullMarked
package dev.embergate.benchmarks.load;

import org.jspecify.annotations.NullMarked;
