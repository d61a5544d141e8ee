package org.openlambda.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.logs.LogStore;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.worker.Worker;
import org.openlambda.worker.instance.Instance;

/// What this node tells of itself.
///
/// @param plane of `ol up`
/// @param logs of `ol up`
record NodeFigures(
    WorkerFigures figures, Worker worker, Optional<ControlPlane> plane, Optional<LogStore> logs)
    implements WorkerReport {
  @Override
  public Map<String, Long> counters() {
    return figures.counters();
  }

  @Override
  public List<String> sandboxes() {
    return figures.sandboxes();
  }

  @Override
  public List<Gauge> gauges() {
    var census = worker.census();
    long frozen = census.idle().stream().filter(Instance::isFrozen).count();
    var gauges = new ArrayList<>(ProcessFigures.gauges());
    String instances = "Sandboxes that belong to a version.";
    gauges.add(new Gauge("faas_instances", instances, "running", census.lent().size()));
    gauges.add(new Gauge("faas_instances", instances, "idle", census.idle().size() - frozen));
    gauges.add(new Gauge("faas_instances", instances, "frozen", frozen));
    gauges.add(
        new Gauge(
            "faas_sandboxes_waiting",
            "Sandboxes that wait to be one of a function.",
            worker.waitingSandboxes()));
    gauges.add(new Gauge("faas_queued_calls", "Calls that wait to run.", census.queued()));
    gauges.add(
        new Gauge(
            "faas_charged_memory_bytes",
            "Memory that instances may use.",
            census.charged().count()));
    logs.ifPresent(store -> {
      gauges.add(new Gauge("faas_log_stored_bytes", "What logs take of the disk.", store.bytes()));
      gauges.add(
          new Gauge(
              "faas_log_dropped_lines_total", "Lines that could not be written.", store.dropped()));
    });
    return gauges;
  }

  @Override
  public List<Part> parts() {
    var parts = new ArrayList<Part>();
    boolean works = !worker.zygotes().isEmpty();
    parts.add(new Part("worker", works, true, works ? "it runs calls" : "it makes no sandboxes"));
    plane.ifPresent(there -> {
      boolean answers = there.hasDatabase();
      parts.add(
          new Part(
              "database",
              answers,
              false,
              answers ? "it answers" : "it is away: calls are served, changes are refused"));
    });
    return parts;
  }
}
