package org.openlambda.cli.report;

import java.util.List;
import java.util.Optional;
import org.openlambda.cli.server.Json;
import tools.jackson.databind.JsonNode;

/// One call, as the server remembers it.
///
/// @param at when it ended, as the server wrote it (ISO 8601)
/// @param status of the answer
/// @param cause the ending in the server's words
/// @param trace the handler's traceback, or empty
/// @param usage empty if it did not run
record Call(
    String id,
    String function,
    String version,
    String at,
    int status,
    Ending ending,
    String cause,
    String trace,
    Optional<Used> usage,
    List<LogLine> log) {
  /// What it used.
  ///
  /// @param start whether a sandbox was there: `warm`, `cold`, `forked`
  /// @param peakBytes the most memory its sandbox held; 0 where nothing meters it
  /// @param cpuMillis CPU time; 0 where nothing meters it
  record Used(Figures figures, String start, double wallMillis, long peakBytes, double cpuMillis) {
    static Used of(JsonNode usage) {
      return new Used(
          Figures.of(usage),
          Json.text(usage, "start"),
          Json.number(usage, "wall_ms"),
          usage.path("peak_memory_bytes").asLong(0),
          Json.number(usage, "cpu_ms"));
    }
  }

  Call {
    log = List.copyOf(log);
  }

  /// @param json the answer of `/api/v1/invocations/{id}`
  static Call of(JsonNode json) {
    return new Call(
        Json.text(json, "id"),
        Json.text(json, "function"),
        Json.text(json, "version"),
        Json.text(json, "at"),
        json.path("status").asInt(0),
        Ending.of(Json.text(json, "outcome")),
        Json.text(json, "cause"),
        Json.text(json, "trace"),
        json.has("usage") ? Optional.of(Used.of(json.path("usage"))) : Optional.empty(),
        json.path("log").valueStream().map(LogLine::of).toList());
  }
}
