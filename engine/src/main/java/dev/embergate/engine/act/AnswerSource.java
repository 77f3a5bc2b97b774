package dev.embergate.engine.act;

/** Where the bytes of an answer come from, as the {@link ResponseSide} sees it. */
interface AnswerSource {
    /** The client takes more again. */
    void clientWritable();

    /** Nothing more is wanted: stop, and give everything back. Once. */
    void release();
}
