package dev.embergate.engine.spi;

import java.util.Objects;
import java.util.function.Function;

/**
 * What to do with an upstream's answer. Declared together with the request, so that the engine alone prepares for it:
 * it asks for an encoding it can undo, drops Range and If-Range, and re-frames what comes out.
 */
public sealed interface ResponsePlan {
    /** Pass the answer on as it comes. */
    record Relay() implements ResponsePlan {}

    /**
     * Pass the body on, change the head.
     *
     * @param edit called once on the event loop with the final head; must not block
     */
    record EditHead(Function<ResponseHead, HeadEdits> edit) implements ResponsePlan {
        public EditHead {
            Objects.requireNonNull(edit, "edit");
        }
    }

    /**
     * Change the body as it passes. Answers to HEAD and the statuses 1xx, 204, 206 and 304 are relayed untouched, and so is
     * every head that {@link BodyTransform#accepts} refuses. ETag, Content-Length and Accept-Ranges of a rewritten answer are
     * dropped by the engine, also from the answer to HEAD where that to GET would be rewritten.
     */
    record Rewrite(BodyTransform transform, Function<ResponseHead, HeadEdits> edit) implements ResponsePlan {
        public Rewrite {
            Objects.requireNonNull(transform, "transform");
            Objects.requireNonNull(edit, "edit");
        }

        public Rewrite(BodyTransform transform) {
            this(transform, head -> HeadEdits.NONE);
        }
    }

    ResponsePlan RELAY = new Relay();
}
