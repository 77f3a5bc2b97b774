package dev.embergate.engine.upstream;

/** What the pools of all loops know of one upstream; shared between threads. */
public final class UpstreamHealth {
    private volatile boolean reachable = true;

    /** Whether the last connection attempt worked; true before the first. */
    public boolean reachable() {
        return reachable;
    }

    void connected() {
        if (!reachable) {
            reachable = true;
        }
    }

    void failedToConnect() {
        if (reachable) {
            reachable = false;
        }
    }
}
