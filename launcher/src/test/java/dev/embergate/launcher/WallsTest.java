package dev.embergate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.embergate.engine.spi.Rule;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** That the walls stand, and that each of them catches. */
class WallsTest {
    private static final Pattern ORIGIN = Pattern.compile("<dev\\.embergate\\.([^>($]+)");

    @TempDir
    private static Path folder;

    private static JavaClasses house;

    /** A house in which every wall is broken somewhere. */
    private static JavaClasses brokenHouse;

    @BeforeAll
    static void readClasses() throws IOException {
        ImportOption shipped = location -> !location.contains("/test-classes/") && !location.contains("-tests.jar");
        house = new ClassFileImporter().withImportOption(shipped).importPackages("dev.embergate");
        assertThat(Compilation.errors(brokenSources(), Compilation.classPathOf(ByteBuf.class), folder))
                .isEmpty();
        brokenHouse = new ClassFileImporter().importPath(folder);
    }

    static Stream<String> walls() {
        return Walls.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("walls")
    void aWallStands(String name) {
        wall(name).check(house);
    }

    @ParameterizedTest
    @MethodSource("walls")
    void aWallCatchesWhatBreaksIt(String name) {
        assertThat(breakers(wall(name)))
                .containsExactlyElementsOf(expectedBreakers().getOrDefault(name, List.of()));
        assertThat(expectedBreakers()).containsKey(name);
    }

    /** Otherwise the walls above were checked on nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine.Engine",
                "engine.spi.Rule",
                "rules.web.RedirectFactory",
                "admin.AdminRules",
                "launcher.Main"
            })
    void theHouseIsReadFromTheCellarToTheRoof(String type) {
        assertThat(house.contain("dev.embergate." + type)).isTrue();
    }

    @Test
    void aRuleThatImportsNettyDoesNotCompile() throws IOException {
        Map<String, String> rule = Map.of("dev.embergate.rules.Curious", """
                package dev.embergate.rules;
                import dev.embergate.engine.spi.*;
                public final class Curious implements Rule {
                    io.netty.buffer.ByteBuf buffer;
                    public Outcome decide(RequestHead request, RuleContext context) { return new Outcome.Pass(""); }
                }
                """);
        assertThat(Compilation.errors(rule, classPathOfRules(), folder))
                .containsExactly("package io.netty.buffer does not exist");
        List<Path> withNetty = new ArrayList<>(classPathOfRules());
        withNetty.addAll(Compilation.classPathOf(ByteBuf.class));
        assertThat(Compilation.errors(rule, withNetty, folder)).isEmpty();
    }

    /** Every word of the SPI is spoken once: none drags a type of Netty along. */
    @Test
    void allWordsOfARuleCompileWithoutNetty() throws IOException {
        StringBuilder fields = new StringBuilder();
        int number = 0;
        for (var type : house) {
            if (type.getPackageName().equals("dev.embergate.engine.spi")
                    && type.isTopLevelClass()
                    && !type.getSimpleName().equals("package-info")) {
                String arguments = type.getTypeParameters().isEmpty() ? "" : "<?>";
                fields.append("    ")
                        .append(type.getName())
                        .append(arguments)
                        .append(" word")
                        .append(number++)
                        .append(";\n");
            }
        }
        assertThat(number).isGreaterThan(15);
        String source = "package dev.embergate.rules;\nclass Speaks {\n" + fields + "}\n";
        assertThat(Compilation.errors(Map.of("dev.embergate.rules.Speaks", source), classPathOfRules(), folder))
                .isEmpty();
    }

    /** What makes that class path the real one. */
    @ParameterizedTest
    @ValueSource(strings = {"rules", "admin"})
    void theModuleKeepsNettyOffItsClassPath(String module) throws Exception {
        var pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Repository.root().resolve(module).resolve("pom.xml").toFile());
        NodeList dependencies = pom.getElementsByTagName("dependency");
        int walled = 0;
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            String group = text(dependency, "groupId");
            if (text(dependency, "scope").equals("test")) {
                continue;
            }
            assertThat(group).isNotEqualTo("io.netty");
            if (group.equals("dev.embergate")) {
                NodeList exclusions = dependency.getElementsByTagName("exclusion");
                assertThat(exclusions.getLength())
                        .as(text(dependency, "artifactId"))
                        .isEqualTo(1);
                Element exclusion = (Element) exclusions.item(0);
                assertThat(text(exclusion, "groupId") + ":" + text(exclusion, "artifactId"))
                        .isEqualTo("io.netty:*");
                walled++;
            }
        }
        assertThat(walled).isPositive();
    }

    private static String text(Element element, String name) {
        for (var node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent().strip();
            }
        }
        return "";
    }

    private static List<Path> classPathOfRules() {
        return Compilation.classPathOf(
                Rule.class,
                NullMarked.class,
                ObjectMapper.class,
                JsonParser.class,
                JsonProperty.class,
                Cache.class,
                Logger.class);
    }

    private static ArchRule wall(String name) {
        return Walls.all().get(name);
    }

    /** The classes of the broken house that a wall complains of. */
    private static List<String> breakers(ArchRule wall) {
        TreeSet<String> found = new TreeSet<>();
        for (String detail : wall.evaluate(brokenHouse).getFailureReport().getDetails()) {
            Matcher origin = ORIGIN.matcher(detail);
            assertThat(origin.find()).as(detail).isTrue();
            String member = origin.group(1);
            found.add(member.replaceAll("(\\.[A-Z]\\w*)\\..*", "$1"));
        }
        return List.copyOf(found);
    }

    private static Map<String, List<String>> expectedBreakers() {
        Map<String, List<String>> expected = new TreeMap<>();
        for (String name : Walls.ENGINE_ORDER) {
            expected.put(name + " imports downwards", List.of("engine." + name + ".Climbs"));
        }
        expected.put("match imports downwards", List.of("engine.match.Climbs", "engine.match.ReadsConfig"));
        expected.put("spi stands alone", List.of("engine.spi.Climbs", "engine.spi.LeansOnNetty"));
        expected.put("control stands on spi", List.of("engine.control.Climbs"));
        expected.put("every engine package has its place", List.of("engine.stray.Stray"));
        expected.put("the engine knows none of its users", List.of("engine.act.KnowsAdmin", "engine.act.KnowsRules"));
        expected.put("the engine names no media server", List.of("engine.decode.AlistHead", "engine.decode.EmbyHead"));
        expected.put("rules use spi only", List.of("rules.web.UsesControl", "rules.web.UsesEngine"));
        expected.put("admin uses spi and control only", List.of("admin.UsesAct"));
        expected.put("rules do not see admin", List.of("rules.web.UsesAdmin"));
        expected.put("admin uses rules.emby only", List.of("admin.UsesWeb"));
        expected.put("rules and admin know no Netty", List.of("admin.UsesNetty", "rules.web.UsesNetty"));
        expected.put("nobody depends on the launcher", List.of("engine.act.UsesLauncher", "rules.web.UsesLauncher"));
        expected.put(
                "names say what a thing is",
                List.of(
                        "admin.StoreManager",
                        "engine.act.ThingImpl",
                        "rules.web.PathBase",
                        "rules.web.PathHelper",
                        "rules.web.PathUtil",
                        "rules.web.PathUtils"));
        return expected;
    }

    /** One sound class a package; then one class for each thing nobody may do, and some for what everybody may. */
    private static Map<String, String> brokenSources() {
        Map<String, String> sources = new LinkedHashMap<>();
        List<String> packages =
                new ArrayList<>(List.of("engine", "rules", "rules.web", "rules.emby", "admin", "launcher"));
        Walls.ENGINE_ORDER.forEach(name -> packages.add("engine." + name));
        packages.forEach(name -> add(sources, name + ".Sound", ""));
        String above = "engine";
        for (String name : Walls.ENGINE_ORDER) {
            add(sources, "engine." + name + ".Climbs", "dev.embergate." + above + ".Sound");
            above = "engine." + name;
        }
        add(sources, "engine.act.StepsDown", "dev.embergate.engine.decode.Sound");
        add(sources, "engine.stray.Stray", "");
        add(sources, "engine.EngineConfig", "");
        add(sources, "engine.accept.ReadsConfig", "dev.embergate.engine.EngineConfig");
        add(sources, "engine.act.ReadsConfig", "dev.embergate.engine.EngineConfig.Part");
        add(sources, "engine.match.ReadsConfig", "dev.embergate.engine.EngineConfig.Part");
        add(sources, "engine.spi.LeansOnNetty", "io.netty.buffer.ByteBuf");
        add(sources, "engine.act.LeansOnNetty", "io.netty.buffer.ByteBuf");
        add(sources, "engine.act.KnowsRules", "dev.embergate.rules.Sound");
        add(sources, "engine.act.KnowsAdmin", "dev.embergate.admin.Sound");
        add(sources, "engine.act.UsesLauncher", "dev.embergate.launcher.Sound");
        add(sources, "engine.decode.EmbyHead", "");
        add(sources, "engine.decode.AlistHead", "");
        add(sources, "engine.decode.RealisticHead", "");
        add(sources, "rules.emby.EmbyRoutes", "dev.embergate.engine.spi.Sound");
        add(sources, "rules.web.UsesEngine", "dev.embergate.engine.Sound");
        add(sources, "rules.web.UsesControl", "dev.embergate.engine.control.Sound");
        add(sources, "rules.web.UsesAdmin", "dev.embergate.admin.Sound");
        add(sources, "rules.web.UsesNetty", "io.netty.buffer.ByteBuf");
        add(sources, "rules.web.UsesLauncher", "dev.embergate.launcher.Sound");
        add(sources, "admin.UsesControl", "dev.embergate.engine.control.Sound");
        add(sources, "admin.UsesEmby", "dev.embergate.rules.emby.Sound");
        add(sources, "admin.UsesWeb", "dev.embergate.rules.web.Sound");
        add(sources, "admin.UsesAct", "dev.embergate.engine.act.Sound");
        add(sources, "admin.UsesNetty", "io.netty.buffer.ByteBuf");
        add(sources, "launcher.UsesAll", "dev.embergate.engine.act.Sound");
        for (String name : List.of("PathUtil", "PathUtils", "PathHelper", "PathBase", "Database", "Utility")) {
            add(sources, "rules.web." + name, "");
        }
        add(sources, "engine.act.ThingImpl", "");
        add(sources, "admin.StoreManager", "");
        return sources;
    }

    /** A class that uses one other, if that is not empty. */
    private static void add(Map<String, String> sources, String name, String used) {
        int dot = name.lastIndexOf('.');
        String field = used.isEmpty() ? "" : "    " + used + " used;\n";
        sources.put(
                "dev.embergate." + name,
                "package dev.embergate." + name.substring(0, dot) + ";\npublic class " + name.substring(dot + 1)
                        + " {\n" + field + "    public static final class Part {}\n}\n");
    }
}
