package org.openlambda.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Row;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Result;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.machine.Machine;
import org.openlambda.bench.machine.Pauses;
import org.xml.sax.InputSource;

final class PageTest {
  private static final Goal MET = Goal.atLeast(2, "×", "faster & <better>");
  private static final Goal MISSED = Goal.atMost(1, "ms", "slower");
  private static final Goal ABSENT = Goal.atMost(1, "MB", "smaller");

  private static final Scenario SCENARIO =
      new Scenario() {
        @Override
        public String name() {
          return "sample";
        }

        @Override
        public String what() {
          return "a sample";
        }

        @Override
        public List<Goal> goals() {
          return List.of(MET, MISSED, ABSENT);
        }

        @Override
        public int seconds() {
          return 1;
        }

        @Override
        public void measure(Run run) {}
      };

  private static Histogram latencies(long from) {
    var nanos = new Histogram(3);
    for (int i = 0; i < 5_000; i++) {
      nanos.recordValue(from + i * 1_000L);
    }
    return nanos;
  }

  private static final Plot LATENCIES =
      new Plot.Latencies(
          "Calls",
          "left is better",
          List.of(
              new Plot.Curve("us & them", true, latencies(200_000)),
              new Plot.Curve("limit", false, latencies(30_000))));

  private static final Plot LINES =
      new Plot.Lines(
          "Rate",
          "up is better",
          Plot.Axis.linear("time, s"),
          Plot.Axis.logarithmic("per second"),
          List.of(
              new Plot.Line(
                  "us",
                  true,
                  List.of(new Plot.Point(0, 0), new Plot.Point(1, 10), new Plot.Point(2, 90)))));

  private static Result result() {
    Spread one = Spread.once(3);
    var figures =
        new Figures(
            "calls",
            true,
            Map.of("p50", one),
            one,
            Map.of("server", one),
            10,
            2,
            Map.of(200, 8L, 429, 2L));
    return new Result(
        SCENARIO,
        List.of(
            new Row(MET, Optional.of(one), "how"),
            new Row(MISSED, Optional.of(one), "how"),
            new Row(ABSENT, Optional.empty(), "no such tool")),
        List.of(figures),
        List.of(LATENCIES, LINES),
        List.of("3 rounds"),
        1,
        0.1);
  }

  private static final Machine MACHINE =
      new Machine(
          "6.1",
          2,
          24_000,
          "CPU",
          "25",
          "abc",
          0.1,
          new Pauses(0, 0.1),
          Instant.parse("2026-01-01T00:00:00Z"));

  private static void parse(String xml) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void every_plot_is_well_formed_and_says_what_its_axes_and_lines_are() throws Exception {
    for (Plot plot : List.of(LATENCIES, LINES)) {
      parse(Chart.of(plot));
    }
    assertThat(Chart.of(LATENCIES))
        .contains("us &amp; them: p50")
        .contains("limit: p50")
        .contains("logarithmic")
        .contains("99.9 %");
    assertThat(Chart.of(LINES)).contains("time, s").contains("per second (logarithmic)");
  }

  @Test
  void a_plot_of_nothing_can_be_drawn() throws Exception {
    parse(Chart.of(new Plot.Latencies("none", "", List.of())));
    parse(
        Chart.of(
            new Plot.Lines(
                "none", "", Plot.Axis.linear("x"), Plot.Axis.logarithmic("y"), List.of())));
  }

  @Test
  void the_page_has_every_row_and_needs_no_other_file() throws Exception {
    String page = Page.of(MACHINE, List.of(result()));
    assertThat(page)
        .contains("faster &amp; &lt;better&gt;", "≥ 2 ×", "slower", "smaller", "no such tool")
        .contains("1 met", "1 not met", "1 not measured")
        .contains("abc", "6.1")
        .doesNotContain("src=", "@import", "http://", "https://", "<script");
  }

  @Test
  void the_table_has_every_row_too() {
    assertThat(Table.of(result()))
        .contains("2 (429: 2)", "✓ met", "✗ not met", "– not here", "no such tool");
  }

  @Test
  void durations_are_written_with_the_unit_that_suits_them() {
    assertThat(Chart.duration(0.02)).isEqualTo("20 µs");
    assertThat(Chart.duration(1.5)).isEqualTo("1.5 ms");
    assertThat(Chart.duration(100)).isEqualTo("100 ms");
    assertThat(Chart.duration(2_000)).isEqualTo("2 s");
  }
}
