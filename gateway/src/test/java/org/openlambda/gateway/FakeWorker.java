package org.openlambda.gateway;

import java.util.List;
import java.util.Map;
import org.openlambda.gateway.api.WorkerReport;

/// A worker with two sandboxes.
final class FakeWorker implements WorkerReport {
  @Override
  public Map<String, Long> counters() {
    return Map.of("Create().cnt", 3L);
  }

  @Override
  public List<String> sandboxes() {
    return List.of("sandbox 1: hello, frozen", "sandbox 2: none, waiting");
  }

  volatile boolean ready = true;

  @Override
  public List<Gauge> gauges() {
    return List.of(
        new Gauge("faas_instances", "Instances.", "idle", 2),
        new Gauge("faas_queued_calls", "Calls that wait.", 0.5),
        new Gauge("faas_instances", "Instances.", "running", 1));
  }

  @Override
  public List<Part> parts() {
    return List.of(
        new Part("worker", ready, true, "two sandboxes"),
        new Part("database", false, false, "it is away"));
  }
}
