package org.openlambda.bench.load;

import java.util.Optional;
import java.util.SplittableRandom;

/// Which request is due when: what an open loop sends. Asked by one thread, in order of time.
@FunctionalInterface
public interface Plan {
  /// A request that is due.
  ///
  /// @param offsetNanos since the start of the round; never less than that of the one before
  record Due(long offsetNanos, Request request) {}

  /// @return empty when nothing more is due
  Optional<Due> next();

  /// A request every `1/perSecond`, the first at once.
  static Plan fixed(double perSecond, Supply supply) {
    double gap = gapNanos(perSecond);
    var sent = new long[1];
    return () -> supply.next().map(request -> new Due((long) (gap * sent[0]++), request));
  }

  /// Arrivals of many callers that know nothing of each other: a Poisson process, whose gaps are
  /// exponentially distributed; the same for the same seed.
  static Plan poisson(double perSecond, long seed, Supply supply) {
    double gap = gapNanos(perSecond);
    var random = new SplittableRandom(seed);
    var at = new double[1];
    return () -> {
      at[0] += gap * -Math.log(1 - random.nextDouble());
      return supply.next().map(request -> new Due((long) at[0], request));
    };
  }

  private static double gapNanos(double perSecond) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException(perSecond + " requests per second");
    }
    return 1e9 / perSecond;
  }
}
