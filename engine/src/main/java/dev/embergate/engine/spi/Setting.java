package dev.embergate.engine.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of a configuration record. The manual's tables are made of these.
 *
 * <p>A key may be left out of the YAML when its component has a {@link #defaultValue}, is an {@link java.util.Optional} (then
 * empty), a {@code List}, {@code Set} or {@code Map} (then empty), or {@code @Nullable} (then null). Any other key is required.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** Stands for "no default value". */
    String NONE = "\0";

    /** What the key means, in an English sentence; its unit where the type does not tell. */
    String value();

    /** What a missing key stands for, written as in YAML: {@code 10m}, {@code true}, {@code [GET, HEAD]}. */
    String defaultValue() default NONE;
}
