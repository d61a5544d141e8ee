package org.openlambda.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A figure over rounds: its median, the least and the most.
public record Spread(double median, double least, double most) {
  /// @param values one for each round; at least one
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no round was measured");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /// Of something of each round.
  public static <T> Spread of(List<T> rounds, ToDoubleFunction<T> figure) {
    return of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  /// A figure that was measured once.
  public static Spread once(double value) {
    return new Spread(value, value, value);
  }

  /// The quotients of figures of the same round.
  public static <T> Spread ratio(List<T> above, List<T> below, ToDoubleFunction<T> figure) {
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
      ratios.add(figure.applyAsDouble(above.get(i)) / figure.applyAsDouble(below.get(i)));
    }
    return of(ratios);
  }

  /// The same in another unit, or as a share: every value times `factor`.
  public Spread times(double factor) {
    return new Spread(median * factor, least * factor, most * factor);
  }

  /// `1.23 (1.10–1.40)`, or `1.23` if all rounds agree.
  @Override
  public String toString() {
    return least == most
        ? number(median)
        : "%s (%s–%s)".formatted(number(median), number(least), number(most));
  }

  /// Three significant digits, thousands separated.
  public static String number(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "–";
    } else if (size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    } else if (size >= 10) {
      return String.format(Locale.ROOT, "%.1f", value);
    } else if (size >= 1) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
