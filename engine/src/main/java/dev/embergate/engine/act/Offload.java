package dev.embergate.engine.act;

import dev.embergate.engine.spi.Outcome;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Blocking work of a rule: a virtual thread of its own. */
final class Offload {
    private Offload() {}

    static Outcome start(Callable<? extends Outcome> work) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        Thread.ofVirtual().name("offload").start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return new Outcome.Later(result);
    }
}
