package dev.embergate.launcher.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to signals of the operating system. {@code sun.misc.Signal} is the only way to, and reached by reflection because
 * naming it is a compiler warning that cannot be switched off.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Calls back at each HUP, on a thread of its own. */
    static void onHangUp(Runnable action) {
        handle("HUP", action);
    }

    /** Calls back at the first TERM or INT; the second one ends the process at once. */
    static void stopWith(Runnable action) {
        AtomicBoolean stopping = new AtomicBoolean();
        Runnable handler = () -> {
            if (stopping.compareAndSet(false, true)) {
                action.run();
            } else {
                Runtime.getRuntime().halt(130);
            }
        };
        handle("TERM", handler);
        handle("INT", handler);
    }

    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        switch (method.getName()) {
                            case "handle" -> action.run();
                            case "equals" -> {
                                return self == arguments[0];
                            }
                            case "hashCode" -> {
                                return System.identityHashCode(self);
                            }
                            case "toString" -> {
                                return "handler of SIG" + name;
                            }
                            default -> throw new AssertionError(method);
                        }
                        return null;
                    });
            Object of = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, of, proxy);
        } catch (InvocationTargetException e) {
            // -Xrs, or a system without that signal.
            LOG.debug("SIG{} cannot be listened to", name, e.getCause());
        } catch (ReflectiveOperationException e) {
            LOG.debug("this Java has no signals", e);
        }
    }
}
