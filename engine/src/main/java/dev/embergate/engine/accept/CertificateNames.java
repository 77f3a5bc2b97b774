package dev.embergate.engine.accept;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The DNS names a certificate is for (RFC 9525 section 6.3): its subject alternative names only, and a wildcard only as the whole
 * left-most label.
 *
 * @param wildcards what follows the star, dot included
 */
record CertificateNames(Set<String> exact, Set<String> wildcards) {
    private static final int DNS_NAME = 2;

    static CertificateNames of(X509Certificate leaf) {
        Set<String> exact = new HashSet<>();
        Set<String> wildcards = new HashSet<>();
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer type && type == DNS_NAME && name.get(1) instanceof String text) {
                    String lower = text.toLowerCase(Locale.ROOT);
                    if (lower.startsWith("*.")) {
                        wildcards.add(lower.substring(1));
                    } else {
                        exact.add(lower);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // Names that cannot be read match nobody; the certificate still serves where it is the first.
            return new CertificateNames(Set.of(), Set.of());
        }
        return new CertificateNames(Set.copyOf(exact), Set.copyOf(wildcards));
    }

    /** @param name in lower case */
    boolean haveExactly(String name) {
        return exact.contains(name);
    }

    /** @param name in lower case */
    boolean haveByWildcard(String name) {
        int dot = name.indexOf('.');
        return dot > 0 && wildcards.contains(name.substring(dot));
    }
}
