package dev.embergate.launcher.setup;

import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.launcher.config.Place;
import dev.embergate.launcher.config.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All rule types there are: built in, and from jars in the plug-in folder, each in a class loader of its own. */
public final class RuleCatalogue implements AutoCloseable {
    private static final String SERVICE = "META-INF/services/" + RuleFactory.class.getName();
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final String BUILT_IN = "embergate itself";

    /** @param origin the plug-in's file name, or what tells that it is built in */
    public record Type(RuleFactory<?> factory, String origin) {
        public boolean builtIn() {
            return origin.equals(BUILT_IN);
        }
    }

    private final Map<String, Type> types = new TreeMap<>();
    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final Problems problems;

    private RuleCatalogue(Problems problems) {
        this.problems = problems;
    }

    /** @param plugins may be missing: then there are no plug-ins */
    public static RuleCatalogue load(Path plugins, Problems problems) {
        RuleCatalogue catalogue = new RuleCatalogue(problems);
        ClassLoader ours = RuleCatalogue.class.getClassLoader();
        catalogue.addAll(ServiceLoader.load(RuleFactory.class, ours), BUILT_IN);
        for (Path jar : jars(plugins, problems)) {
            catalogue.addPlugin(jar, new SpiClassLoader(ours));
        }
        return catalogue;
    }

    static RuleCatalogue of(List<? extends RuleFactory<?>> factories, Problems problems) {
        RuleCatalogue catalogue = new RuleCatalogue(problems);
        factories.forEach(factory -> catalogue.add(factory, BUILT_IN));
        return catalogue;
    }

    public @Nullable RuleFactory<?> find(String type) {
        Type found = types.get(type);
        return found == null ? null : found.factory();
    }

    /** In the order of their words. */
    public Collection<Type> types() {
        return List.copyOf(types.values());
    }

    public List<String> words() {
        return List.copyOf(types.keySet());
    }

    /** Closes the jars. Rules made of them must be gone. */
    @Override
    public void close() {
        for (URLClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Plug-in jars by name. */
    static List<Path> jars(Path plugins, Problems problems) {
        if (!Files.exists(plugins)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(plugins)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(Place.of(plugins.toString()), "", "cannot be read (expected: a folder of plug-in jars)");
            return List.of();
        }
    }

    private void addPlugin(Path jar, ClassLoader parent) {
        Place place = Place.of(jar.toString());
        try (JarFile file = new JarFile(jar.toFile())) {
            if (file.getEntry(SERVICE) == null) {
                problems.add(place, "", "not a plug-in (expected: an entry " + SERVICE + ")");
                return;
            }
        } catch (IOException e) {
            problems.add(place, "", "cannot be read as a jar (expected: a plug-in, or no file of that name)");
            return;
        }
        try {
            URLClassLoader loader = new URLClassLoader(
                    "plugin-" + jar.getFileName(), new URL[] {jar.toUri().toURL()}, parent);
            loaders.add(loader);
            addAll(ServiceLoader.load(RuleFactory.class, loader), jar.toString());
        } catch (IOException e) {
            problems.add(place, "", "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    @SuppressWarnings("rawtypes") // ServiceLoader knows no type arguments.
    private void addAll(ServiceLoader<RuleFactory> services, String origin) {
        Iterator<ServiceLoader.Provider<RuleFactory>> providers =
                services.stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return;
                }
                add(providers.next().get(), origin);
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                problems.add(Place.of(origin), "", "cannot be loaded: " + reason(e));
                return;
            }
        }
    }

    private void add(RuleFactory<?> factory, String origin) {
        String type = factory.type();
        if (type == null || !TYPE.matcher(type).matches()) {
            problems.add(
                    Place.of(origin),
                    "",
                    "type \"" + type + "\" of " + factory.getClass().getName()
                            + " (expected: lower-case words joined by dashes)");
            return;
        }
        Type earlier = types.putIfAbsent(type, new Type(factory, origin));
        if (earlier != null) {
            problems.add(
                    Place.of(origin),
                    "",
                    "type " + type + " is there already: " + factory.getClass().getName() + " in " + origin + ", "
                            + earlier.factory().getClass().getName() + " in " + earlier.origin()
                            + " (expected: each type once)");
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }
}
