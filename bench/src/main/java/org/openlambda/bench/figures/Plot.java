package org.openlambda.bench.figures;

import java.util.List;
import org.HdrHistogram.Histogram;

/// What a report draws.
public sealed interface Plot {
  /// In words, above it.
  String title();

  /// What to look for, below the title: `lower and further left is better`.
  String hint();

  /// How latencies are distributed: for each share of the requests, within which time they were
  /// answered. Time is drawn logarithmically.
  record Latencies(String title, String hint, List<Curve> curves) implements Plot {
    public Latencies {
      curves = List.copyOf(curves);
    }
  }

  /// A curve of latencies.
  ///
  /// @param nanos must not change any more
  record Curve(String name, boolean ours, Histogram nanos) {}

  /// Values over time, size or number.
  record Lines(String title, String hint, Axis x, Axis y, List<Line> lines) implements Plot {
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /// An axis.
  ///
  /// @param label with its unit: `time since the start, s`
  /// @param logarithmic decades of equal width; values of 0 or less are left out then
  record Axis(String label, boolean logarithmic) {
    public static Axis linear(String label) {
      return new Axis(label, false);
    }

    public static Axis logarithmic(String label) {
      return new Axis(label, true);
    }
  }

  /// A line through points in order of x.
  record Line(String name, boolean ours, List<Point> points) {
    public Line {
      points = List.copyOf(points);
    }
  }

  record Point(double x, double y) {}
}
