package org.openlambda.cli.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.databind.JsonNode;

/// The functions of a server, one a line; what is wrong with one stands under it.
public final class FunctionTable {
  private static final String ROW = "%-${name}s  %-12s  %9s  %9s  %5s  %-8s  %s";

  private final Tty tty;

  public FunctionTable(Tty tty) {
    this.tty = tty;
  }

  /// @param functions the answer of `/api/v1/functions`
  public List<String> lines(JsonNode functions) {
    if (functions.isEmpty()) {
      return List.of("no functions yet: 'ol new NAME' makes one");
    }
    int width = 4;
    for (JsonNode function : functions) {
      width = Math.max(width, Json.text(function, "name").length());
    }
    String row = ROW.replace("${name}", Integer.toString(width));
    List<String> lines = new ArrayList<>();
    lines.add(
        tty.dim(
            row.formatted("NAME", "VERSION", "MEMORY", "TIMEOUT", "PROCS", "NETWORK", "METHODS")));
    for (JsonNode function : functions) {
      lines.addAll(function.has("problems") ? broken(function) : List.of(served(row, function)));
    }
    return lines;
  }

  private static String served(String row, JsonNode function) {
    var timeout = Duration.ofMillis(function.path("timeout_ms").asLong(0));
    return row.formatted(
        Json.text(function, "name"),
        Json.text(function, "version"),
        function.path("memory_mb").asLong(0) + " MB",
        seconds(timeout),
        function.path("procs").asLong(0),
        Json.text(function, "network"),
        methods(function.path("methods")));
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private static String methods(JsonNode methods) {
    String all = methods.valueStream().map(JsonNode::asString).collect(Collectors.joining(" "));
    return all.isEmpty() ? "none" : all.equals("*") ? "all" : all;
  }

  private List<String> broken(JsonNode function) {
    List<String> lines = new ArrayList<>();
    lines.add(Json.text(function, "name") + "  " + tty.red("cannot be served:"));
    for (JsonNode problem : function.path("problems")) {
      lines.add("  " + Tty.printable(problem.asString("")));
    }
    return lines;
  }
}
