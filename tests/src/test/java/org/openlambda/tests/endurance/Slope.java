package org.openlambda.tests.endurance;

import java.util.List;

/// A straight line through points by ordinary least squares, and how sure its slope is.
///
/// @param perUnit the slope: y for one x
/// @param error the standard error of the slope; infinite with fewer than three points
record Slope(double perUnit, double error) {
  /// One measurement.
  record Point(double x, double y) {}

  /// The line through `points`, whose `x` are not all the same.
  static Slope of(List<Point> points) {
    int count = points.size();
    double meanX = points.stream().mapToDouble(Point::x).average().orElseThrow();
    double meanY = points.stream().mapToDouble(Point::y).average().orElseThrow();
    double spread = points.stream().mapToDouble(p -> square(p.x - meanX)).sum();
    double together = points.stream().mapToDouble(p -> (p.x - meanX) * (p.y - meanY)).sum();
    double slope = together / spread;
    double rest =
        points.stream().mapToDouble(p -> square(p.y - meanY - slope * (p.x - meanX))).sum();
    double error = count < 3 ? Double.POSITIVE_INFINITY : Math.sqrt(rest / (count - 2.0) / spread);
    return new Slope(slope, error);
  }

  private static double square(double value) {
    return value * value;
  }

  /// Whether more than `bound` for one x is out of the question, as far as twice the error tells.
  boolean isSurelyAbove(double bound) {
    return perUnit - 2 * error > bound;
  }
}
