package org.openlambda.bench.figures;

import java.util.Locale;

/// A figure that is promised, as data.
///
/// @param what is measured, in words a stranger understands: `p50, 1 client, of fresh Python's`
/// @param sense whether more or less is better, or whether it is only stated
/// @param bound that the median over rounds must keep; meaningless if only stated
/// @param unit of bound and figure: `×`, `%`, `ms`, `req/s`
public record Goal(String what, Sense sense, double bound, String unit) {
  /// Which way is better.
  public enum Sense {
    AT_LEAST,
    AT_MOST,
    STATED
  }

  public static Goal atLeast(double bound, String unit, String what) {
    return new Goal(what, Sense.AT_LEAST, bound, unit);
  }

  public static Goal atMost(double bound, String unit, String what) {
    return new Goal(what, Sense.AT_MOST, bound, unit);
  }

  /// A figure that belongs in the table, without a bound.
  public static Goal stated(String unit, String what) {
    return new Goal(what, Sense.STATED, 0, unit);
  }

  public boolean isMetBy(double value) {
    return switch (sense) {
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
      case STATED -> true;
    };
  }

  /// `≥ 16 ×`
  public String boundText() {
    return switch (sense) {
      case AT_LEAST -> "≥ " + Row.withUnit(plain(bound), unit);
      case AT_MOST -> "≤ " + Row.withUnit(plain(bound), unit);
      case STATED -> "stated";
    };
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : Double.toString(value);
  }
}
