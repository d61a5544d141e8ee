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
}
