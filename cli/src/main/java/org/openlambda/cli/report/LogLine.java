package org.openlambda.cli.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.databind.JsonNode;

/// A line that a function printed.
///
/// @param at as the server wrote it (ISO 8601)
/// @param invocation the request's id
public record LogLine(String at, String function, String invocation, String text) {
  /// Characters of an id that are shown: enough to tell the calls of a log apart.
  static final int SHORT_ID = 8;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  /// @param json a line of `/api/v1/logs`
  public static LogLine of(JsonNode json) {
    return new LogLine(
        Json.text(json, "at"),
        Json.text(json, "function"),
        Json.text(json, "invocation"),
        Json.text(json, "text"));
  }

  /// `14:03:07.120 6f2c0f1e hello Ada was here`.
  ///
  /// @param withFunction whether lines of several functions are mixed
  public String toText(Tty tty, ZoneId zone, boolean withFunction) {
    String id = invocation.length() > SHORT_ID ? invocation.substring(0, SHORT_ID) : invocation;
    String whence =
        withFunction ? clock(at, zone) + " " + id + " " + function : clock(at, zone) + " " + id;
    return tty.dim(Tty.printable(whence)) + "  " + Tty.printable(text);
  }

  /// The time of day, or the text itself where it is no time.
  static String clock(String at, ZoneId zone) {
    try {
      return CLOCK.format(Instant.parse(at).atZone(zone));
    } catch (DateTimeException e) {
      return at;
    }
  }
}
