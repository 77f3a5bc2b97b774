package dev.embergate.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that was measured: by scenario, peer and figure, one value a round. */
final class Figures {
    private final Map<String, Map<String, Map<String, List<Double>>>> all = new LinkedHashMap<>();

    void add(String scenario, String peer, Map<String, Double> measured) {
        measured.forEach((figure, value) -> all.computeIfAbsent(scenario, key -> new LinkedHashMap<>())
                .computeIfAbsent(peer, key -> new LinkedHashMap<>())
                .computeIfAbsent(figure, key -> new ArrayList<>())
                .add(value));
    }

    /** Empty when it was not measured. */
    List<Double> of(String scenario, String peer, String figure) {
        return all.getOrDefault(scenario, Map.of()).getOrDefault(peer, Map.of()).getOrDefault(figure, List.of());
    }

    Map<String, Map<String, Map<String, List<Double>>>> all() {
        return all;
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double least(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    static double most(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** One value of each list of a round, put together. */
    static List<Double> roundwise(List<Double> a, List<Double> b, java.util.function.DoubleBinaryOperator operator) {
        double[] together = new double[Math.min(a.size(), b.size())];
        Arrays.setAll(together, i -> operator.applyAsDouble(a.get(i), b.get(i)));
        return Arrays.stream(together).boxed().toList();
    }
}
