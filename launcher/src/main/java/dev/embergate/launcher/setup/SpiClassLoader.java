package dev.embergate.launcher.setup;

/**
 * What a plug-in sees of us: the words of a rule and the few libraries that come with them. Everything else it brings along,
 * in versions of its own.
 */
final class SpiClassLoader extends ClassLoader {
    /** Kept in step with docs/plugins.md. */
    private static final String[] SHARED = {
        "dev.embergate.engine.spi.",
        "dev.embergate.rules.text.",
        "com.fasterxml.jackson.",
        "org.slf4j.",
        "org.jspecify.annotations."
    };

    private final ClassLoader ours;

    SpiClassLoader(ClassLoader ours) {
        super("embergate-spi", ClassLoader.getPlatformClassLoader());
        this.ours = ours;
    }

    /** Asked after the JDK's own loaders. Resources are not shared: a plug-in must not find our service files. */
    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (String shared : SHARED) {
            if (name.startsWith(shared)) {
                return ours.loadClass(name);
            }
        }
        throw new ClassNotFoundException(name);
    }
}
