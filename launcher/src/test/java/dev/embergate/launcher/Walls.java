package dev.embergate.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The house's walls, as rules over compiled classes. */
final class Walls {
    private static final String HOUSE = "dev.embergate.";

    /**
     * Packages of the engine, each of which imports only from those after it; above them all lies the engine's root. A request
     * meets them in another order (decode comes second): decode serves client and upstream alike and so lies low.
     */
    static final List<String> ENGINE_ORDER = List.of(
            "accept",
            "act",
            "match",
            "cache",
            "upstream",
            "rewrite",
            "encode",
            "decode",
            "telemetry",
            "control",
            "spi");

    /** The one exception: who may read the engine's configuration, which lies in the root. Its records are data and call nothing. */
    private static final List<String> READERS_OF_CONFIG = List.of("accept", "act");

    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Utils?|Helpers?|Managers?|Impl|Base)");
    private static final Pattern MEDIA_SERVER =
            Pattern.compile("(?i:.*(emby|openlist).*)|.*(Alist|ALIST|AList).*|alist.*");

    private Walls() {}

    /** By name. Each may find nothing to look at: not every package has classes at all times. */
    static Map<String, ArchRule> all() {
        Map<String, ArchRule> walls = new LinkedHashMap<>();
        walls.put("spi stands alone", standsOn("spi", List.of()));
        walls.put("control stands on spi", standsOn("control", List.of("spi")));
        for (int place = 0; place < ENGINE_ORDER.size(); place++) {
            walls.put(ENGINE_ORDER.get(place) + " imports downwards", importsDownwards(place));
        }
        walls.put("every engine package has its place", everyEnginePackageHasItsPlace());
        walls.put(
                "the engine knows none of its users",
                forbid(in("engine.."), in("rules..").or(in("admin.."))));
        walls.put("the engine names no media server", noneNamed(in("engine.."), MEDIA_SERVER));
        walls.put("rules use spi only", forbid(in("rules.."), in("engine..").and(not(in("engine.spi..")))));
        walls.put(
                "admin uses spi and control only",
                forbid(in("admin.."), in("engine..").and(not(in("engine.spi..").or(in("engine.control.."))))));
        walls.put("rules do not see admin", forbid(in("rules.."), in("admin..")));
        walls.put(
                "admin uses rules.emby only",
                forbid(in("admin.."), in("rules..").and(not(in("rules.emby..")))));
        walls.put(
                "rules and admin know no Netty",
                forbid(in("rules..").or(in("admin..")), resideInAPackage("io.netty..")));
        walls.put(
                "nobody depends on the launcher",
                forbid(not(in("launcher..").or(in("benchmarks.."))), in("launcher..")));
        walls.put("names say what a thing is", noneNamed(in(".."), EMPTY_NAME));
        walls.replaceAll((name, wall) -> wall.as(name).allowEmptyShould(true));
        return walls;
    }

    private static ArchRule standsOn(String name, List<String> others) {
        DescribedPredicate<JavaClass> allowed =
                in("engine." + name + "..").or(resideInAnyPackage("java..", "org.jspecify.."));
        for (String other : others) {
            allowed = allowed.or(in("engine." + other + ".."));
        }
        return classes().that(in("engine." + name + "..")).should().onlyDependOnClassesThat(allowed);
    }

    private static ArchRule importsDownwards(int place) {
        String name = ENGINE_ORDER.get(place);
        DescribedPredicate<JavaClass> above = in("engine");
        if (READERS_OF_CONFIG.contains(name)) {
            above = above.and(not(engineConfig()));
        }
        for (String higher : ENGINE_ORDER.subList(0, place)) {
            above = above.or(in("engine." + higher + ".."));
        }
        return forbid(in("engine." + name + ".."), above);
    }

    private static DescribedPredicate<JavaClass> engineConfig() {
        String config = HOUSE + "engine.EngineConfig";
        return describe(
                "EngineConfig and its parts",
                type -> type.getFullName().equals(config) || type.getFullName().startsWith(config + "$"));
    }

    private static ArchRule everyEnginePackageHasItsPlace() {
        DescribedPredicate<JavaClass> placed = in("engine");
        for (String name : ENGINE_ORDER) {
            placed = placed.or(in("engine." + name + ".."));
        }
        return classes().that(in("engine..")).should(be(placed));
    }

    private static ArchRule forbid(DescribedPredicate<JavaClass> user, DescribedPredicate<JavaClass> used) {
        return noClasses().that(user).should(dependOnClassesThat(used));
    }

    private static ArchRule noneNamed(DescribedPredicate<JavaClass> place, Pattern name) {
        return noClasses()
                .that(place)
                .should(be(describe(
                        "named " + name,
                        type -> name.matcher(type.getSimpleName()).matches())));
    }

    private static DescribedPredicate<JavaClass> in(String below) {
        return resideInAPackage(below.equals("..") ? "dev.embergate.." : HOUSE + below);
    }
}
