/**
 * What the hot paths cost. Not {@code @NullMarked}: JMH fills the fields of its states behind the constructor's back.
 *
 * <p>{@code benchmarks/run} builds and runs them; {@code benchmarks/run smoke} only shows that each works.
 */
package dev.embergate.benchmarks;
