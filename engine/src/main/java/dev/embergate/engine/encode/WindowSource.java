package dev.embergate.engine.encode;

/** A source that can give any part of what it holds, one part after another. */
interface WindowSource extends BodySource {
    /** The largest piece, so that a slow client holds no more than this and what its socket takes. */
    int PIECE_BYTES = 128 * 1024;

    /** The pieces that follow are of these bytes, at least one. Not while a piece is asked for. */
    void window(long first, long length);
}
