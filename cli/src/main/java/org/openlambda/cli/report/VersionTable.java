package org.openlambda.cli.report;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Target;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.databind.JsonNode;

/// The versions of a function, one a line, with the aliases that name them.
public final class VersionTable {
  private static final String ROW = "%-8s  %-16s  %-12s  %-${aliases}s  %s";

  /// As the API writes times: `2026-01-31T12:00:00.000+0000`.
  private static final DateTimeFormatter API =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ", Locale.ROOT);

  private static final DateTimeFormatter SHOWN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final Tty tty;
  private final ZoneId zone;

  /// @param zone that times are shown in
  public VersionTable(Tty tty, ZoneId zone) {
    this.tty = tty;
    this.zone = zone;
  }

  /// @param versions `FunctionConfiguration`s
  /// @param aliases `AliasConfiguration`s
  public List<String> lines(List<JsonNode> versions, List<JsonNode> aliases) {
    List<String> named =
        versions.stream().map(version -> names(Json.text(version, "Version"), aliases)).toList();
    int width = Math.max(7, named.stream().mapToInt(String::length).max().orElse(0));
    String row = ROW.replace("${aliases}", Integer.toString(width));
    List<String> lines = new ArrayList<>();
    lines.add(
        tty.dim(row.formatted("VERSION", "MODIFIED", "CODE", "ALIASES", "DESCRIPTION").strip()));
    for (int i = 0; i < versions.size(); i++) {
      JsonNode version = versions.get(i);
      lines.add(
          row.formatted(
                  Json.text(version, "Version"),
                  time(Json.text(version, "LastModified")),
                  Lambda.brief(version),
                  named.get(i),
                  Tty.printable(Json.text(version, "Description")))
              .stripTrailing());
    }
    return lines;
  }

  /// The aliases that name a version, with the part of their calls that it gets.
  private static String names(String version, List<JsonNode> aliases) {
    var names = new ArrayList<String>();
    for (JsonNode alias : aliases) {
      Target target = Target.of(alias);
      String name = Json.text(alias, "Name");
      if (target.share().isPresent() && target.share().get().version().equals(version)) {
        names.add(name + " " + Target.percent(target.share().get().weight()) + " %");
      } else if (target.version().equals(version)) {
        names.add(name);
      }
    }
    return String.join(", ", names);
  }

  private String time(String text) {
    try {
      return SHOWN.format(OffsetDateTime.parse(text, API).atZoneSameInstant(zone));
    } catch (DateTimeException e) {
      return text;
    }
  }
}
