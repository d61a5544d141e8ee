package org.openlambda.cli.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.databind.JsonNode;

/// The account of one call: what became of it and why, where its time went, what it used, and what
/// it printed.
///
///     slow took too long (504)
///       It did not end within 1000 ms; it was killed.
///       Find out in the log where it waits, or raise 'timeout' in ol.yaml.
///
///       queue       0.020 ms
///       cold        0.412 ms
///       handler  1000.100 ms  ████████████████████████████████████████
public final class Account {
  /// Characters of a bar that is all of the time.
  private static final int BAR = 40;

  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final double MEBI = 1L << 20;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS xxx", Locale.ROOT);

  private final Tty tty;
  private final ZoneId zone;
  private final List<String> lines = new ArrayList<>();

  private Account(Tty tty, ZoneId zone) {
    this.tty = tty;
    this.zone = zone;
  }

  /// The lines of the account.
  ///
  /// @param json the answer of `/api/v1/invocations/{id}`
  /// @param zone to show times in
  public static List<String> lines(JsonNode json, Tty tty, ZoneId zone) {
    var account = new Account(tty, zone);
    Call call = Call.of(json);
    account.ending(call);
    call.usage().ifPresent(account::usage);
    account.trace(call.trace());
    account.log(call.log());
    return account.lines;
  }

  private void ending(Call call) {
    String status = Integer.toString(call.status());
    String head = call.function() + " " + call.ending().text() + " (" + status + ")";
    lines.add(call.status() < 400 ? tty.green(head) : tty.red(head));
    say(call.cause());
    String remedy = call.ending().remedy(call.status());
    if (!remedy.isEmpty()) {
      say(remedy);
    }
    lines.add("");
    field("request", call.id());
    field("version", call.version());
    field("ended", date(call.at()));
  }

  private void usage(Call.Used used) {
    field("start", startText(used.start()));
    field("memory", memory(used));
    field("CPU", used.cpuMillis() == 0 ? "not metered" : Figures.millis(used.cpuMillis()));
    field("billed", used.figures().billText());
    lines.add("");
    phases(used.figures().phases());
  }

  private static String startText(String start) {
    return switch (start) {
      case "warm" -> "warm: a sandbox of the function was idle";
      case "cold" -> "cold: a waiting sandbox was given the function";
      case "forked" -> "forked: no sandbox was waiting, one was made for this call";
      default -> start;
    };
  }

  private static String memory(Call.Used used) {
    long limit = used.figures().memoryMb();
    return used.peakBytes() == 0
        ? "not metered, limit %d MB".formatted(limit)
        : String.format(Locale.ROOT, "at most %.1f MB of %d MB", used.peakBytes() / MEBI, limit);
  }

  private void phases(Map<String, Double> phases) {
    double all = phases.values().stream().mapToDouble(Double::doubleValue).sum();
    phases.forEach((name, millis) -> {
      String bar = all <= 0 ? "" : bar(millis / all);
      String row = String.format(Locale.ROOT, "  %-8s %11.3f ms  ", name, millis);
      lines.add((row + tty.yellow(bar)).stripTrailing());
    });
    lines.add(String.format(Locale.ROOT, "  %-8s %11.3f ms", "all", all));
  }

  /// Of 0 to 1, in eighths of a character.
  private static String bar(double share) {
    int eighths = (int) Math.round(share * BAR * 8);
    String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    return "█".repeat(eighths / 8) + rest;
  }

  private void trace(String trace) {
    if (!trace.isBlank()) {
      lines.add("");
      trace.lines().forEach(line -> lines.add("  " + tty.red(Tty.printable(line))));
    }
  }

  private void log(List<LogLine> log) {
    lines.add("");
    lines.add(log.isEmpty() ? tty.dim("It printed nothing.") : "It printed:");
    for (LogLine line : log) {
      String clock = Tty.printable(LogLine.clock(line.at(), zone));
      lines.add("  " + tty.dim(clock) + "  " + Tty.printable(line.text()));
    }
  }

  private void say(String sentence) {
    sentence.lines().forEach(line -> lines.add("  " + Tty.printable(line)));
  }

  private void field(String name, String value) {
    lines.add("  " + tty.dim("%-8s".formatted(name)) + " " + Tty.printable(value));
  }

  private String date(String at) {
    try {
      return DATE.format(Instant.parse(at).atZone(zone));
    } catch (DateTimeException e) {
      return at;
    }
  }
}
