package org.openlambda.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.load.TimeLine;

/// Lines of a plot over the time of a round, in seconds since its start. Pure.
public final class OverTime {
  private OverTime() {}

  /// Right answers per second.
  public static Plot.Line rate(String name, boolean ours, TimeLine line) {
    return line(name, ours, line, line::rate);
  }

  /// Wrong answers and lost requests per second.
  public static Plot.Line errors(String name, boolean ours, TimeLine line) {
    return line(name, ours, line, line::errorRate);
  }

  /// The mean latency in milliseconds of what ended in each slice.
  public static Plot.Line meanMillis(String name, boolean ours, TimeLine line) {
    return line(name, ours, line, line::meanMs);
  }

  /// The longest latency in milliseconds of what ended in each slice.
  public static Plot.Line maxMillis(String name, boolean ours, TimeLine line) {
    return line(name, ours, line, line::maxMs);
  }

  /// A level to compare with, over all of the time.
  public static Plot.Line level(String name, double value, TimeLine line) {
    double end = line.used() * line.sliceNanos() / 1e9;
    return new Plot.Line(
        name, false, List.of(new Plot.Point(0, value), new Plot.Point(end, value)));
  }

  private static Plot.Line line(
      String name, boolean ours, TimeLine line, IntToDoubleFunction value) {
    var points = new ArrayList<Plot.Point>();
    for (int i = 0; i < line.used(); i++) {
      points.add(new Plot.Point((i + 0.5) * line.sliceNanos() / 1e9, value.applyAsDouble(i)));
    }
    return new Plot.Line(name, ours, points);
  }
}
