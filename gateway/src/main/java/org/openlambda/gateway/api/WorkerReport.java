package org.openlambda.gateway.api;

import java.util.List;
import java.util.Map;

/// What a worker tells people who ask what goes on. Safe for any thread; does not block.
public interface WorkerReport {
  /// Figures for `/stats`, each name as OpenLambda's scripts read them: `Create().cnt`,
  /// `Create().ms-avg`.
  Map<String, Long> counters();

  /// A paragraph per sandbox for `/debug`: id, function, state, processes, memory used of limit,
  /// OOM kills. No line breaks at the end.
  List<String> sandboxes();
}
