package org.openlambda.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;

/// Draws a [Plot]. Ours is blue and drawn through, baselines are orange and dashed; what each line
/// is stands in the legend above it.
final class Chart {
  private static final double WIDTH = 580;
  private static final double LEFT = 76;
  private static final double RIGHT = 556;
  private static final double PLOT_HEIGHT = 270;
  private static final double LEGEND_LINE = 19;

  /// Looks for so many lines of a kind; more begin again.
  private static final int LOOKS = 4;

  private static final int MOST_NINES = 4;

  private Chart() {}

  static String of(Plot plot) {
    return switch (plot) {
      case Plot.Latencies latencies -> latencies(latencies);
      case Plot.Lines lines -> lines(lines);
    };
  }

  /// A line with its look and its name.
  private record Drawn(
      String name, boolean ours, List<Plot.Point> points, List<Plot.Point> marks) {}

  private static String latencies(Plot.Latencies plot) {
    var drawn = new ArrayList<Drawn>();
    long most = 1;
    for (Plot.Curve curve : plot.curves()) {
      if (curve.nanos().getTotalCount() > 0) {
        drawn.add(curve(curve));
        most = Math.max(most, curve.nanos().getTotalCount());
      }
    }
    int nines = Math.clamp((long) Math.floor(Math.log10((double) most)), 1, MOST_NINES);
    double top = top(drawn.size());
    Scale y = Scale.nines(nines, top + PLOT_HEIGHT, top);
    Scale x = scale(drawn, Plot.Point::x, true, LEFT, RIGHT);
    return draw(
        plot,
        drawn,
        new Axes(x, "time to the answer (logarithmic)", true),
        new Axes(y, "share of calls answered within that time", false));
  }

  private static Drawn curve(Plot.Curve curve) {
    Histogram nanos = curve.nanos();
    var points = new ArrayList<Plot.Point>();
    points.add(new Plot.Point(nanos.getMinNonZeroValue() / 1e6, 0));
    double last = 0;
    for (HistogramIterationValue value : nanos.recordedValues()) {
      double share = Math.min(value.getPercentile() / 100, 1 - 0.5 / nanos.getTotalCount());
      boolean far = -Math.log10(1 - share) + Math.log10(1 - last) > 0.004;
      if (far) {
        points.add(new Plot.Point(value.getValueIteratedTo() / 1e6, share));
        last = share;
      }
    }
    var marks = new ArrayList<Plot.Point>();
    for (double percentile : new double[] {50, 99}) {
      marks.add(new Plot.Point(nanos.getValueAtPercentile(percentile) / 1e6, percentile / 100));
    }
    String name =
        "%s: p50 %s, p99 %s"
            .formatted(curve.name(), duration(marks.getFirst().x()), duration(marks.getLast().x()));
    return new Drawn(name, curve.ours(), points, marks);
  }

  private static String lines(Plot.Lines plot) {
    var drawn = new ArrayList<Drawn>();
    for (Plot.Line line : plot.lines()) {
      List<Plot.Point> points =
          line.points().stream()
              .filter(p -> !plot.x().logarithmic() || p.x() > 0)
              .filter(p -> Double.isFinite(p.y()) && (!plot.y().logarithmic() || p.y() > 0))
              .toList();
      if (!points.isEmpty()) {
        boolean few = points.size() <= 20;
        drawn.add(new Drawn(line.name(), line.ours(), points, few ? points : List.of()));
      }
    }
    double top = top(drawn.size());
    Scale x = scale(drawn, Plot.Point::x, plot.x().logarithmic(), LEFT, RIGHT);
    Scale y = scale(drawn, Plot.Point::y, plot.y().logarithmic(), top + PLOT_HEIGHT, top);
    return draw(
        plot, drawn, new Axes(x, label(plot.x()), false), new Axes(y, label(plot.y()), false));
  }

  private static String label(Plot.Axis axis) {
    return axis.logarithmic() ? axis.label() + " (logarithmic)" : axis.label();
  }

  private static Scale scale(
      List<Drawn> drawn, ToDoubleFunction<Plot.Point> of, boolean log, double start, double end) {
    double[] values =
        drawn.stream().flatMap(d -> d.points.stream()).mapToDouble(of).sorted().toArray();
    if (values.length == 0) {
      return Scale.linear(0, 1, start, end);
    }
    double most = values[values.length - 1];
    return log
        ? Scale.logarithmic(Math.max(values[0], 1e-6), Math.max(most, 1e-6), start, end)
        : Scale.linear(Math.min(0, values[0]), most, start, end);
  }

  private static double top(int lines) {
    return 14 + LEGEND_LINE * lines;
  }

  /// An axis as it is drawn.
  ///
  /// @param durations whether its values are milliseconds, to be written with their best unit
  private record Axes(Scale scale, String label, boolean durations) {
    private String text(Scale.Tick tick) {
      return durations ? duration(tick.value()) : tick.label();
    }
  }

  private static String draw(Plot plot, List<Drawn> drawn, Axes x, Axes y) {
    double bottom = y.scale.start();
    double top = y.scale.end();
    var svg = new Svg(WIDTH, bottom + 50, plot.title());
    for (Scale.Tick tick : x.scale.ticks()) {
      double at = x.scale.at(tick.value());
      svg.line(new Svg.Spot(at, top), new Svg.Spot(at, bottom), "grid");
      svg.write(x.text(tick), new Svg.Spot(at, bottom + 18), Svg.Anchor.MIDDLE, "tick");
    }
    for (Scale.Tick tick : y.scale.ticks()) {
      double at = y.scale.at(tick.value());
      svg.line(new Svg.Spot(LEFT, at), new Svg.Spot(RIGHT, at), "grid");
      svg.write(y.text(tick), new Svg.Spot(LEFT - 8, at + 4), Svg.Anchor.END, "tick");
    }
    svg.line(new Svg.Spot(LEFT, bottom), new Svg.Spot(RIGHT, bottom), "axis");
    svg.line(new Svg.Spot(LEFT, top), new Svg.Spot(LEFT, bottom), "axis");
    svg.write(x.label, new Svg.Spot((LEFT + RIGHT) / 2, bottom + 40), Svg.Anchor.MIDDLE, "label");
    svg.writeUpwards(y.label, new Svg.Spot(16, (top + bottom) / 2), "label");
    drawLines(svg, drawn, x.scale, y.scale);
    return svg.end();
  }

  private static void drawLines(Svg svg, List<Drawn> drawn, Scale x, Scale y) {
    var seen = new int[2];
    double legend = 12;
    for (Drawn one : drawn) {
      int kind = one.ours ? 0 : 1;
      String look = (one.ours ? "ours" : "base") + seen[kind]++ % LOOKS;
      svg.path(spots(one.points, x, y), "line " + look);
      for (Svg.Spot spot : spots(one.marks, x, y)) {
        svg.dot(spot, 3.5, "dot " + look);
      }
      svg.line(new Svg.Spot(LEFT, legend - 4), new Svg.Spot(LEFT + 30, legend - 4), "line " + look);
      svg.write(one.name, new Svg.Spot(LEFT + 38, legend), Svg.Anchor.START, "legend");
      legend += LEGEND_LINE;
    }
  }

  private static List<Svg.Spot> spots(List<Plot.Point> points, Scale x, Scale y) {
    return points.stream().map(p -> new Svg.Spot(x.at(p.x()), y.at(p.y()))).toList();
  }

  /// Milliseconds with the unit that suits them: `20 µs`, `1.5 ms`, `2 s`.
  static String duration(double millis) {
    if (millis < 0.9999) {
      return short3(millis * 1000) + " µs";
    }
    return millis < 999.9 ? short3(millis) + " ms" : short3(millis / 1000) + " s";
  }

  private static String short3(double value) {
    String number = Spread.number(value);
    return number.contains(".") ? number.replaceAll("0+$", "").replaceAll("\\.$", "") : number;
  }
}
