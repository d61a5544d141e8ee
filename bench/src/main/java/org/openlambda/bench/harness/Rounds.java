package org.openlambda.bench.harness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.load.Load;

/// What a side gave in all its rounds (without the warm-up).
public record Rounds(Side side, List<Round> rounds) {
  private static final Map<String, Double> PERCENTILES = percentiles();

  /// @param cpuMicros processor time of the round, by who used it
  public record Round(Load load, Map<String, Long> cpuMicros) {
    /// Processor time of one, for each answer.
    public double cpuMicrosPerRequest(String who) {
      return cpuMicros.getOrDefault(who, 0L) / (double) Math.max(1, load.requests());
    }
  }

  public Rounds {
    rounds = List.copyOf(rounds);
  }

  private static Map<String, Double> percentiles() {
    var map = new LinkedHashMap<String, Double>();
    map.put("p50", 50.0);
    map.put("p90", 90.0);
    map.put("p99", 99.0);
    map.put("p99.9", 99.9);
    map.put("max", 100.0);
    return map;
  }

  public List<Load> loads() {
    return rounds.stream().map(Round::load).toList();
  }

  /// A percentile of each round, in milliseconds.
  public Spread millis(double percentile) {
    return Spread.of(loads(), load -> load.percentileMs(percentile));
  }

  /// A percentile of all rounds together, in milliseconds, with the least and the most of a round:
  /// where a round has too few calls for its own.
  public Spread millisOfAll(double percentile) {
    Spread each = millis(percentile);
    double all = merged().getValueAtPercentile(percentile) / 1e6;
    return new Spread(all, Math.min(all, each.least()), Math.max(all, each.most()));
  }

  public Spread perSecond() {
    return Spread.of(loads(), Load::perSecond);
  }

  /// This side's figure divided by the other's, round by round.
  public Spread over(Rounds other, ToDoubleFunction<Load> figure) {
    return Spread.ratio(loads(), other.loads(), figure);
  }

  public long errors() {
    return loads().stream().mapToLong(Load::errors).sum();
  }

  /// All latencies of all rounds.
  public Histogram merged() {
    var all = new Histogram(3);
    loads().forEach(load -> all.add(load.nanos()));
    return all;
  }

  public Plot.Curve curve() {
    return new Plot.Curve(side.name(), side.ours(), merged());
  }

  public Figures figures() {
    var millis = new LinkedHashMap<String, Spread>();
    PERCENTILES.forEach((name, percentile) -> millis.put(name, millis(percentile)));
    var names = new TreeSet<String>();
    rounds.forEach(round -> names.addAll(round.cpuMicros().keySet()));
    var cpu = new LinkedHashMap<String, Spread>();
    for (String who : names) {
      cpu.put(who, Spread.of(rounds, round -> round.cpuMicrosPerRequest(who)));
    }
    long requests = loads().stream().mapToLong(Load::requests).sum();
    var statuses = new TreeMap<Integer, Long>();
    loads().forEach(load -> load.statuses().forEach((k, n) -> statuses.merge(k, n, Long::sum)));
    return new Figures(
        side.name(), side.ours(), millis, perSecond(), cpu, requests, errors(), statuses);
  }
}
