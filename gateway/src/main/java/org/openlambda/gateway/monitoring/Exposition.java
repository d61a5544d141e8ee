package org.openlambda.gateway.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.gateway.monitoring.SeriesTable.Labelled;
import org.openlambda.gateway.monitoring.SeriesTable.Labels;

/// Writes figures in the text format of Prometheus, version 0.0.4. For one thread.
final class Exposition {
  private final StringBuilder text = new StringBuilder(16 * 1024);

  /// Everything that is counted by function.
  void functions(List<Labelled> series) {
    counter(
        "faas_invocations_total",
        "Calls whose handler ran, however they ended.",
        series,
        one -> one.invocations.sum());
    counter(
        "faas_errors_total",
        "Calls whose handler failed: it raised, crashed, took too much memory or too long.",
        series,
        one -> one.errors.sum());
    counter(
        "faas_timeouts_total",
        "Calls that took too long; they are among the errors, too.",
        series,
        one -> one.timeouts.sum());
    counter(
        "faas_throttles_total",
        "Calls that were refused, as too many ran or waited; no handler ran.",
        series,
        one -> one.throttles.sum());
    counter(
        "faas_lost_total", "Calls that the platform failed to run.", series, one -> one.lost.sum());
    counter(
        "faas_coldstarts_total",
        "Calls that no loaded instance was there for.",
        series,
        one -> one.coldStarts.sum());
    counter(
        "faas_cpu_usage_seconds_total",
        "Processor time of handlers and their processes.",
        series,
        one -> one.cpuNanos.sum() / 1e9);
    counter(
        "faas_billed_gigabyte_seconds_total",
        "What calls cost: billed time times memory limit.",
        series,
        one -> one.gigabyteSeconds.sum() / 1e9);
    histogram(
        "faas_invoke_duration_seconds",
        "From when a sandbox had the request to the end of its answer.",
        series,
        one -> one.duration);
    histogram(
        "faas_init_duration_seconds",
        "Of cold starts: making a sandbox one of the function and loading its handler.",
        series,
        one -> one.init);
  }

  private void counter(
      String name, String help, List<Labelled> series, ToDoubleFunction<Series> value) {
    head(name, help, "counter");
    for (Labelled one : series) {
      sample(name, labels(one.labels(), ""), value.applyAsDouble(one.series()));
    }
  }

  private void histogram(
      String name, String help, List<Labelled> series, Function<Series, Histogram> of) {
    head(name, help, "histogram");
    for (Labelled one : series) {
      Histogram histogram = of.apply(one.series());
      long[] counts = histogram.cumulated();
      for (int i = 0; i < counts.length; i++) {
        String bound = i < Histogram.BOUNDS.size() ? Histogram.BOUNDS.get(i).toString() : "+Inf";
        sample(name + "_bucket", labels(one.labels(), ",le=\"" + bound + "\""), (double) counts[i]);
      }
      String labels = labels(one.labels(), "");
      sample(name + "_sum", labels, histogram.seconds());
      sample(name + "_count", labels, (double) counts[counts.length - 1]);
    }
  }

  private static String labels(Labels labels, String more) {
    return "{function=\"%s\",version=\"%s\",account=\"%s\"%s}"
        .formatted(
            escaped(labels.function()), escaped(labels.version()), escaped(labels.account()), more);
  }

  /// What the node tells of itself.
  void node(List<WorkerReport.Gauge> gauges) {
    var byName = new TreeMap<String, List<WorkerReport.Gauge>>();
    for (WorkerReport.Gauge gauge : gauges) {
      byName.computeIfAbsent(gauge.name(), _ -> new ArrayList<>()).add(gauge);
    }
    for (Map.Entry<String, List<WorkerReport.Gauge>> same : byName.entrySet()) {
      WorkerReport.Gauge first = same.getValue().getFirst();
      head(first.name(), first.help(), first.name().endsWith("_total") ? "counter" : "gauge");
      for (WorkerReport.Gauge gauge : same.getValue()) {
        String state = gauge.state().isEmpty() ? "" : "{state=\"" + escaped(gauge.state()) + "\"}";
        sample(gauge.name(), state, gauge.value());
      }
    }
  }

  private void head(String name, String help, String type) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void sample(String name, String labels, double value) {
    text.append(name).append(labels).append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(value);
    }
    text.append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
