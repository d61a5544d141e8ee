package org.openlambda.cli.report;

import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openlambda.cli.server.Json;
import tools.jackson.databind.JsonNode;

/// What a call took and is billed.
///
/// @param phases milliseconds by name, in the order of their happening: `queue`, `cold`, `init`,
///   `handler`
/// @param billedMillis the time that is billed
/// @param memoryMb the memory limit that is billed
/// @param cost in GB-seconds
public record Figures(Map<String, Double> phases, double billedMillis, long memoryMb, double cost) {
  private static final String SUFFIX = "_ms";

  /// From the fields of an answer; empty if it has none (a stream's are known only at its end).
  public static Optional<Figures> of(HttpHeaders fields) {
    try {
      return fields.firstValue("server-timing").isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Figures(
                  timing(fields.firstValue("server-timing").get()),
                  Double.parseDouble(fields.firstValue("x-ol-billed-ms").orElse("0")),
                  Long.parseLong(fields.firstValue("x-ol-memory-mb").orElse("0")),
                  Double.parseDouble(fields.firstValue("x-ol-cost-gbs").orElse("0"))));
    } catch (NumberFormatException e) {
      return Optional.empty(); // not the fields of our server
    }
  }

  /// `queue;dur=0.020, handler;dur=0.400` (W3C Server Timing).
  private static Map<String, Double> timing(String field) {
    Map<String, Double> phases = new LinkedHashMap<>();
    for (String metric : field.split(",", -1)) {
      String[] parts = metric.strip().split(";dur=", 2);
      if (parts.length == 2) {
        phases.put(parts[0], Double.parseDouble(parts[1]));
      }
    }
    return phases;
  }

  /// @param invocation the answer of `/api/v1/invocations/{id}`
  public static Optional<Figures> ofInvocation(JsonNode invocation) {
    return invocation.has("usage") ? Optional.of(of(invocation.path("usage"))) : Optional.empty();
  }

  /// @param usage the member `usage` of `/api/v1/invocations/{id}`
  static Figures of(JsonNode usage) {
    Map<String, Double> phases = new LinkedHashMap<>();
    usage.path("phases").forEachEntry((name, millis) -> phases.put(name(name), millis.asDouble(0)));
    return new Figures(
        phases,
        Json.number(usage, "billed_ms"),
        usage.path("memory_mb").asLong(0),
        Json.number(usage, "cost_gbs"));
  }

  private static String name(String member) {
    return member.endsWith(SUFFIX)
        ? member.substring(0, member.length() - SUFFIX.length())
        : member;
  }

  /// `queue 0.020 ms, handler 0.400 ms`.
  public String timingText() {
    return phases.entrySet().stream()
        .map(phase -> phase.getKey() + " " + millis(phase.getValue()))
        .collect(Collectors.joining(", "));
  }

  /// `0.412 ms × 128 MB = 0.0000515 GB·s`.
  public String billText() {
    return "%s × %d MB = %s GB·s".formatted(millis(billedMillis), memoryMb, costText());
  }

  private String costText() {
    return String.format(Locale.ROOT, "%.7f", cost);
  }

  static String millis(double millis) {
    return String.format(Locale.ROOT, "%.3f ms", millis);
  }
}
