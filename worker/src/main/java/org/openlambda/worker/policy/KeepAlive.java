package org.openlambda.worker.policy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long an idle instance is kept when nothing else wants its memory. Pure functions.
public sealed interface KeepAlive {
  Duration LONGEST = Duration.ofHours(24);

  /// @param idle what is known of the function
  /// @return nanoseconds; 0 means that it ends with its call
  long nanos(IdleTimes idle);

  /// The same for all functions, as the public clouds do it.
  record Fixed(Duration time) implements KeepAlive {
    public static final Fixed TEN_MINUTES = new Fixed(Duration.ofMinutes(10));

    public Fixed {
      if (time.isNegative() || time.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("keep-alive is 0 s to 24 h, not " + time);
      }
    }

    @Override
    public long nanos(IdleTimes idle) {
      return time.toNanos();
    }
  }

  /// What would have been best for the idle times seen: the time T for which
  ///
  ///     cold starts spared by T  −  time spent waiting for them / price
  ///
  /// is largest. The histogram of a function's idle times, with a fixed time as long as too few are
  /// known, is Shahrad et al., *Serverless in the Wild* (ATC 2020); to choose the end of the wait
  /// from a known distribution at a price is the average case of the ski-rental problem (Karlin et
  /// al., 1994). A function whose calls come every few seconds is kept for a minute, one that comes
  /// every quarter of an hour for that long, and one that hardly ever comes back for a minute
  /// again: bursts are remembered by their many short gaps, and a person who reads an answer before
  /// calling again takes longer than those.
  ///
  /// @param price idle time that is worth one cold start
  /// @param least so many idle times have to be known, otherwise ten minutes
  /// @param shortest never shorter than that
  record Learned(Duration price, int least, Duration shortest) implements KeepAlive {
    /// At this price it takes about as much memory as ten minutes for all.
    public static final Learned DEFAULT =
        new Learned(Duration.ofSeconds(1_000), 10, Duration.ofMinutes(1));

    public Learned {
      if (!price.isPositive() || least < 1 || shortest.isNegative()) {
        throw new IllegalArgumentException(
            "price %s, least %d, shortest %s".formatted(price, least, shortest));
      }
    }

    @Override
    public long nanos(IdleTimes idle) {
      if (idle.total() < least) {
        return Fixed.TEN_MINUTES.nanos(idle);
      }
      double bestGain = 0;
      long best = shortest.toNanos();
      double spent = 0; // by all that were remembered, when each was kept until `edge`
      long before = 0;
      int spared = 0;
      for (int bin = 0; bin < idle.bins() - 1; bin++) {
        long edge = IdleTimes.edgeNanos(bin);
        spent += (double) (idle.total() - spared) * (edge - before);
        spared += idle.count(bin);
        before = edge;
        double gain = spared - spent / price.toNanos();
        if (gain > bestGain) {
          bestGain = gain;
          best = Math.max(edge, shortest.toNanos());
        }
      }
      return best;
    }
  }

  /// From words: `auto`, or a number with `ms`, `s`, `m` or `h`.
  ///
  /// @throws IllegalArgumentException saying what is possible
  static KeepAlive of(String text) {
    if (text.equals("auto")) {
      return Learned.DEFAULT;
    }
    Matcher parts = Pattern.compile("([0-9]{1,9})(ms|s|m|h)").matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "keep-alive is auto, or a time such as 0s, 90s or 10m, not " + text);
    }
    long number = Long.parseLong(parts.group(1));
    return new Fixed(
        switch (parts.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }
}
