package org.openlambda.bench.report;

import static org.openlambda.bench.report.Svg.escape;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Row;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Result;
import org.openlambda.bench.machine.Machine;

/// The report: one HTML page that needs no other file.
public final class Page {
  private final Machine machine;
  private final List<Result> results;
  private final StringBuilder html = new StringBuilder(1 << 16);

  private Page(Machine machine, List<Result> results) {
    this.machine = machine;
    this.results = results;
  }

  /// @throws IOException if the style sheet is missing in the jar
  public static String of(Machine machine, List<Result> results) throws IOException {
    var page = new Page(machine, results);
    page.head();
    page.goals();
    results.forEach(page::section);
    page.html.append("</main>\n</body>\n</html>\n");
    return page.html.toString();
  }

  private static String style() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Page.class.getResourceAsStream("/org/openlambda/bench/report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void add(String format, Object... texts) {
    var escaped = new Object[texts.length];
    for (int i = 0; i < texts.length; i++) {
      escaped[i] = escape(String.valueOf(texts[i]));
    }
    html.append(format.formatted(escaped)).append('\n');
  }

  private void head() throws IOException {
    add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width\">");
    add("<title>OpenLambda, measured at commit %s</title>", machine.commit());
    html.append("<style>\n").append(style()).append("</style>\n</head>\n<body>\n<main>\n");
    add("<h1>OpenLambda, measured</h1>");
    add(
        "<p class=\"machine\">%s · commit %s · Linux %s · %s cores (%s) · %s GB · Java %s</p>",
        machine.at().toString().replace('T', ' ').replace("Z", " UTC"),
        machine.commit(),
        machine.kernel(),
        machine.cores(),
        machine.processor(),
        Math.round(machine.memoryMb() / 1024.0),
        machine.java());
    add(
        "<p class=\"machine\">In two idle seconds before the first measurement it %s.</p>",
        machine.pauses().toText());
    if (machine.load() > 0.5) {
      add(
          "<p class=\"warning\">The machine was not idle: %s processes were running before the"
              + " first measurement (average of a minute). Measure again when it is: a call that"
              + " passes through several processes loses more to such neighbours than a bare loop"
              + " does, so that ratios suffer too.</p>",
          Spread.number(machine.load()));
    }
  }

  private void goals() {
    var counts = new TreeMap<Row.Verdict, Integer>();
    results.stream()
        .flatMap(r -> r.rows().stream())
        .forEach(row -> counts.merge(row.verdict(), 1, Integer::sum));
    add("<p class=\"counts\">");
    counts.forEach(
        (verdict, n) -> add("<span class=\"badge %s\">%s %s</span>", css(verdict), n, verdict));
    add("</p>");
    add(
        "<p>Every figure is compared with a baseline that ran in the same minutes on the same"
            + " machine, in turn with the platform, because machines differ by a factor of two to"
            + " three. A figure is the median over rounds; in parentheses the least and the most"
            + " of a round. <em>×</em> and <em>%%</em> are relative to that baseline.</p>");
    add("<table class=\"goals\"><thead><tr><th>scenario</th><th>figure</th><th>goal</th>");
    add("<th>measured</th><th></th><th>in absolute terms, or why not</th></tr></thead><tbody>");
    for (Result result : results) {
      String name = result.scenario().name();
      for (Row row : result.rows()) {
        add("<tr><td><a href=\"#%s\">%s</a></td><td>%s</td>", name, name, row.goal().what());
        add(
            "<td class=\"n\">%s</td><td class=\"n\">%s</td>",
            row.goal().boundText(), row.foundText());
        add("<td><span class=\"badge %s\">%s</span></td>", css(row.verdict()), row.verdict());
        add("<td class=\"note\">%s</td></tr>", row.note());
      }
    }
    add("</tbody></table>");
  }

  private static String css(Row.Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case MISSED -> "missed";
      case STATED -> "stated";
      case NOT_HERE -> "nothere";
    };
  }

  private void section(Result result) {
    add("<section id=\"%s\">", result.scenario().name());
    String what = result.scenario().what();
    String sentence = what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1);
    add("<h2>%s</h2>\n<p>%s.</p>", result.scenario().name(), sentence);
    if (!result.plots().isEmpty()) {
      add("<div class=\"plots\">");
      result.plots().forEach(this::plot);
      add("</div>");
    }
    if (!result.figures().isEmpty()) {
      figures(result.figures());
    }
    result.method().forEach(line -> add("<p class=\"method\">%s.</p>", line));
    add(
        "<p class=\"method\">Took %s s; load of the machine at its end %s.</p>\n</section>",
        Math.round(result.seconds()), Spread.number(result.load()));
  }

  private void plot(Plot plot) {
    add("<figure><figcaption>%s<small>%s</small></figcaption>", plot.title(), plot.hint());
    html.append(Chart.of(plot));
    add("</figure>");
  }

  private void figures(List<Figures> figures) {
    var who = new ArrayList<String>();
    figures.forEach(
        f -> f.cpuMicros().keySet().stream().filter(w -> !who.contains(w)).forEach(who::add));
    who.sort(null);
    add("<table class=\"figures\"><thead><tr><th rowspan=\"2\"></th>");
    add("<th colspan=\"5\">time to the answer, ms (lower is better)</th>");
    add("<th rowspan=\"2\">answers<br>per second</th>");
    if (!who.isEmpty()) {
      add("<th colspan=\"%s\">processor time per answer, µs</th>", who.size());
    }
    add("<th rowspan=\"2\">wrong<br>or lost</th></tr><tr>");
    for (String name : List.of("p50", "p90", "p99", "p99.9", "max")) {
      add("<th>%s</th>", name);
    }
    who.forEach(name -> add("<th>%s</th>", name));
    add("</tr></thead><tbody>");
    for (Figures f : figures) {
      add("<tr class=\"%s\"><td>%s</td>", f.ours() ? "ours" : "base", f.what());
      for (String name : List.of("p50", "p90", "p99", "p99.9", "max")) {
        cell(f.millis(), name);
      }
      add("<td class=\"n\">%s</td>", f.perSecond());
      who.forEach(name -> cell(f.cpuMicros(), name));
      add("<td class=\"n\">%s</td></tr>", f.errorsText());
    }
    add("</tbody></table>");
  }

  private void cell(Map<String, Spread> values, String name) {
    Spread spread = values.get(name);
    add("<td class=\"n\">%s</td>", spread == null ? "–" : Spread.number(spread.median()));
  }
}
