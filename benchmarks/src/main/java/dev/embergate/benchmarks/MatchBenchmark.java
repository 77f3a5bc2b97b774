package dev.embergate.benchmarks;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.match.RuleTable;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Finding the rule of a request: the index, and for comparison a list of regular expressions as other proxies of this kind keep
 * it. The last rule of the table matches, or none does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatchBenchmark {
    @Param({"10", "100", "1000", "10000"})
    public int rules;

    private RuleTable index;
    private List<Pattern> list;
    private RequestHead last;
    private RequestHead none;
    private final Match match = new Match();

    @Setup
    public void makeTable() {
        List<RuleEntry> entries = new ArrayList<>();
        list = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            // Five areas, so that rules share their beginnings as real ones do.
            String area = "/emby/Area" + i % 5 + "/{id}/Action" + i;
            Route route = Route.ignoringCase(area + ".*").methods("GET", "HEAD");
            entries.add(new RuleEntry(
                    "rule " + i, "benchmark", List.of(route), (request, context) -> new Outcome.Pass(""), false));
            list.add(Pattern.compile("(?i)^/emby/Area" + i % 5 + "/([^/]+)/Action" + i + "\\.[^/]*$"));
        }
        index = RuleTable.of(entries);
        last = Wire.request("GET", "/emby/area" + (rules - 1) % 5 + "/12345/ACTION" + (rules - 1) + ".mkv");
        none = Wire.request("GET", "/emby/Items/12345/Images/Primary?tag=0123456789abcdef&maxWidth=300");
        require(indexHitsLast() == rules - 1 && listHitsLast() == rules - 1 && indexMiss() < 0 && listMiss() < 0);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("table: does not match as meant");
        }
    }

    @Benchmark
    public int indexHitsLast() {
        return index.next(last, 0, match);
    }

    @Benchmark
    public int indexMiss() {
        return index.next(none, 0, match);
    }

    @Benchmark
    public int listHitsLast() {
        return first(last.path());
    }

    @Benchmark
    public int listMiss() {
        return first(none.path());
    }

    private int first(String path) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).matcher(path).matches()) {
                return i;
            }
        }
        return -1;
    }
}
