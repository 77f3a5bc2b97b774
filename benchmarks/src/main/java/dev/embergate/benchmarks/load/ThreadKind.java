package dev.embergate.benchmarks.load;

/** Whose work a thread of the program does. */
enum ThreadKind {
    /** Event loops: what clients wait for. */
    LOOPS("event loops"),
    /** The writer of the access log. */
    ACCESS_LOG("access log writer"),
    /** Compilers, collector, timers: what does not follow the number of requests. */
    OTHER("all others");

    final String label;

    ThreadKind(String label) {
        this.label = label;
    }

    /** By a name whole, as Java has it, or of its first 15 letters, as the kernel has it. */
    static ThreadKind of(String name) {
        if (name.startsWith("loop-")) {
            return LOOPS;
        }
        return name.startsWith("embergate-acces") ? ACCESS_LOG : OTHER;
    }
}
