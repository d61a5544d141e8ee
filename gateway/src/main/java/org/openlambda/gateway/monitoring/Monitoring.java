package org.openlambda.gateway.monitoring;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import tools.jackson.databind.json.JsonMapper;

/// Answers those who watch the server. Safe for any thread.
public final class Monitoring {
  public static final String METRICS = "/metrics";

  private static final String HEALTH = "/healthz";
  private static final String READINESS = "/readyz";

  private final WorkerReport node;
  private final Time time;
  private final SeriesTable series;

  public Monitoring(WorkerReport node, Time time) {
    this.node = node;
    this.time = time;
    this.series = new SeriesTable(time.nanos());
  }

  /// The same, with every call counted.
  public Invoker metered(Invoker invoker) {
    return new Metered(invoker, series, time);
  }

  /// Whether a path is answered here.
  public static boolean isOurs(String path) {
    return path.equals(METRICS) || isOpen(path);
  }

  /// Whether a path tells nothing that not everybody may know.
  public static boolean isOpen(String path) {
    return path.equals(HEALTH) || path.equals(READINESS);
  }

  /// Whether a request comes from this machine.
  public static boolean isLocal(Exchange exchange) {
    String peer = exchange.peer();
    String host = peer.substring(0, Math.max(0, peer.lastIndexOf(':')));
    try {
      return InetAddress.ofLiteral(host.replace("[", "").replace("]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Answers a request whose path is ours.
  public void serve(Exchange exchange) {
    if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
      exchange.answer(
          Problem.of(
                  405,
                  "route",
                  "method-not-allowed",
                  "This method is not allowed here",
                  exchange.method() + " is not among the methods of this path.",
                  "Use one of: GET, HEAD.")
              .with("allow", "GET, HEAD"));
      return;
    }
    switch (exchange.path()) {
      case METRICS -> text(exchange, "text/plain; version=0.0.4; charset=utf-8", metrics());
      case READINESS -> readiness(exchange);
      default -> text(exchange, "text/plain; charset=utf-8", "ok\n");
    }
  }

  private String metrics() {
    var exposition = new Exposition();
    exposition.functions(series.all());
    exposition.node(node.gauges());
    return exposition.toString();
  }

  private static void text(Exchange exchange, String type, String text) {
    exchange.answer(
        200, List.of(new Header("content-type", type)), text.getBytes(StandardCharsets.UTF_8));
  }

  /// `{"ready":true,"parts":{"worker":{"ready":true,"says":"…"}}}`; 503 if calls are not served.
  private void readiness(Exchange exchange) {
    var parts = new LinkedHashMap<String, Object>();
    boolean ready = true;
    for (WorkerReport.Part part : node.parts()) {
      ready &= part.ready() || !part.needed();
      parts.put(part.name(), Map.of("ready", part.ready(), "says", part.says()));
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("ready", ready);
    answer.put("parts", parts);
    exchange.answer(
        ready ? 200 : 503,
        List.of(new Header("content-type", "application/json")),
        JsonMapper.shared().writeValueAsBytes(answer));
  }
}
