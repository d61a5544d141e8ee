package org.openlambda.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where values are drawn along an axis, and where its ticks are. Pure.
///
/// @param from least value
/// @param to most value, more than `from`
/// @param start pixel of `from`
/// @param end pixel of `to`; less than `start` for an axis that goes up
record Scale(Kind kind, double from, double to, double start, double end) {
  /// Ticks of a linear axis, about.
  private static final int TICKS = 6;

  /// A logarithmic axis of fewer decades has ticks between them.
  private static final double FEW_DECADES = 2.5;

  /// How values become lengths.
  enum Kind {
    LINEAR,
    /// Decades of equal width; values above 0.
    LOGARITHMIC,
    /// Shares from 0 to below 1, each nine of equal width: 0.9, 0.99, 0.999.
    NINES
  }

  /// A tick and what stands beside it.
  record Tick(double value, String label) {}

  Scale {
    if (!(to > from)) {
      throw new IllegalArgumentException("a scale from " + from + " to " + to);
    }
  }

  /// A linear scale whose ends are ticks.
  static Scale linear(double least, double most, double start, double end) {
    double top = most > least ? most : least + 1;
    double step = step(top - least);
    double from = Math.floor(least / step + 1e-9) * step;
    double to = Math.ceil(top / step - 1e-9) * step;
    return new Scale(Kind.LINEAR, from, to, start, end);
  }

  /// A logarithmic scale whose ends are 1, 2 or 5 times a power of ten.
  static Scale logarithmic(double least, double most, double start, double end) {
    double from = roundDown(least);
    double to = roundUp(most);
    return new Scale(Kind.LOGARITHMIC, from, to > from ? to : from * 10, start, end);
  }

  /// @param nines of the highest share: 3 for 0.999
  static Scale nines(int nines, double start, double end) {
    return new Scale(Kind.NINES, 0, 1 - Math.pow(10, -nines), start, end);
  }

  /// The pixel of a value; values outside are at the ends.
  double at(double value) {
    double inside = Math.clamp(value, from, to);
    double part = (length(inside) - length(from)) / (length(to) - length(from));
    return start + part * (end - start);
  }

  private double length(double value) {
    return switch (kind) {
      case LINEAR -> value;
      case LOGARITHMIC -> Math.log10(value);
      case NINES -> -Math.log10(1 - value);
    };
  }

  List<Tick> ticks() {
    return switch (kind) {
      case LINEAR -> linearTicks();
      case LOGARITHMIC -> logarithmicTicks();
      case NINES -> nineTicks();
    };
  }

  private List<Tick> linearTicks() {
    double step = step(to - from);
    var ticks = new ArrayList<Tick>();
    for (long i = Math.round(from / step); i * step <= to + step / 1e6; i++) {
      ticks.add(new Tick(i * step, plain(i * step)));
    }
    return ticks;
  }

  private List<Tick> logarithmicTicks() {
    boolean few = Math.log10(to / from) < FEW_DECADES;
    var ticks = new ArrayList<Tick>();
    for (int decade = (int) Math.floor(Math.log10(from) + 1e-9);
        Math.pow(10, decade) <= to * (1 + 1e-9);
        decade++) {
      for (int times : few ? new int[] {1, 2, 5} : new int[] {1}) {
        double value = times * Math.pow(10, decade);
        if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) {
          ticks.add(new Tick(value, plain(value)));
        }
      }
    }
    return ticks;
  }

  private List<Tick> nineTicks() {
    var ticks = new ArrayList<>(List.of(new Tick(0, "0 %"), new Tick(0.5, "50 %")));
    for (int nines = 1; 1 - Math.pow(10, -nines) <= to + 1e-12; nines++) {
      double share = 1 - Math.pow(10, -nines);
      ticks.add(
          new Tick(
              share,
              String.format(Locale.ROOT, "%." + Math.max(0, nines - 2) + "f %%", share * 100)));
    }
    return ticks;
  }

  /// 1, 2 or 5 times a power of ten, for about [#TICKS] steps in a range.
  static double step(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double first = rough / power;
    return power * (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10);
  }

  private static double roundDown(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double first = value / power;
    return power * (first >= 5 ? 5 : first >= 2 ? 2 : 1);
  }

  private static double roundUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double first = value / power;
    return power * (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10);
  }

  private static String plain(double value) {
    if (Math.abs(value) >= 1e6) {
      return trimmed(value / 1e6) + " M";
    }
    boolean whole = Math.abs(value - Math.rint(value)) < 1e-6;
    return whole ? String.format(Locale.ROOT, "%,.0f", value) : trimmed(value);
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%.6f", value).replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
