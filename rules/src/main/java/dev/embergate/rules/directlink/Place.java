package dev.embergate.rules.directlink;

import java.net.URI;
import java.util.Objects;

/** Where the bytes of a source are, for a caller whom Emby lets have them. */
sealed interface Place {
    /**
     * On a drive that Alist knows.
     *
     * @param path there
     * @param container of the file, empty when unknown
     */
    record OnDrive(String path, String container) implements Place {
        public OnDrive {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(container, "container");
        }
    }

    /**
     * At an address of its own, out of a {@code .strm} file.
     *
     * @param size in bytes; -1 when unknown
     */
    record AtAddress(URI address, String container, long size) implements Place {
        public AtAddress {
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(container, "container");
        }
    }

    /** Only with Emby. */
    record WithEmby(Relayed why) implements Place {
        public WithEmby {
            Objects.requireNonNull(why, "why");
        }
    }
}
