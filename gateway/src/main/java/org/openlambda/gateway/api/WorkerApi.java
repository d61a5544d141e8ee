package org.openlambda.gateway.api;

import java.util.LinkedHashMap;
import java.util.TreeMap;
import org.openlambda.core.function.Registry;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.router.Tallies;

/// What the worker is doing: `/status`, `/stats`, `/debug` and `/api/v1/status`.
final class WorkerApi {
  private final Registry registry;
  private final WorkerReport worker;
  private final Tallies tallies;
  private final Time time;
  private final long startNanos;

  WorkerApi(Registry registry, WorkerReport worker, Tallies tallies, Time time) {
    this.registry = registry;
    this.worker = worker;
    this.tallies = tallies;
    this.time = time;
    this.startNanos = time.nanos();
  }

  /// A flat map of `<name>.cnt` and `<name>.ms-avg`; the worker's word wins over the gateway's.
  void stats(Exchange exchange) {
    var stats = new TreeMap<>(tallies.report());
    stats.putAll(worker.counters());
    Json.answer(exchange, stats);
  }

  void debug(Exchange exchange) {
    var text = new StringBuilder();
    for (String paragraph : worker.sandboxes()) {
      text.append(paragraph).append("\n\n");
    }
    Json.text(exchange, 200, text.toString());
  }

  /// `{"status":"ready","uptime_s":…,"functions":…,"sandboxes":…}`.
  void statusInJson(Exchange exchange) {
    var status = new LinkedHashMap<String, Object>();
    status.put("status", "ready");
    status.put("uptime_s", (time.nanos() - startNanos) / 1_000_000_000L);
    status.put("functions", registry.names().size());
    status.put("sandboxes", worker.sandboxes().size());
    Json.answer(exchange, status);
  }
}
