package dev.embergate.engine.spi;

/** Which answers to rewrite, and how. Immutable; shared by exchanges on different threads. */
public interface BodyTransform {
    /** Whether this answer's body is to be rewritten; everything else is relayed untouched. Must not block. */
    boolean accepts(ResponseHead head);

    /** A rewriter for one body. A throw before the head went out answers 502. */
    BodyRewriter open(ResponseHead head) throws Exception;
}
