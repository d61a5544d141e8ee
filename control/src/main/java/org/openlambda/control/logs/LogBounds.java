package org.openlambda.control.logs;

import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// What is kept at the most, and what may wait to be written.
///
/// @param all of all functions, a quarter of it for the index; the function that has most gives way
/// @param function of one, the newest
/// @param age how old the newest line of a segment may be; a segment holds a fourteenth of it
/// @param waiting bytes of all lines that are not written yet; a line counts 2 a character and 64
/// @param waitingOfOne the same of one function
public record LogBounds(
    Bytes all, Bytes function, Duration age, Bytes waiting, Bytes waitingOfOne) {
  public static final LogBounds DEFAULT =
      new LogBounds(
          Bytes.mebi(1024), Bytes.mebi(64), Duration.ofDays(14), Bytes.mebi(32), Bytes.mebi(4));

  private static final int SEGMENTS = 16;
  private static final int AGES = 14;

  public LogBounds {
    if (function.compareTo(all) > 0
        || waitingOfOne.compareTo(waiting) > 0
        || function.count() < SEGMENTS * Frames.MOST
        || !age.isPositive()) {
      throw new IllegalArgumentException(
          "a function keeps at least %s and no more than all, for some time: %s of %s, %s; %s of %s"
              .formatted(
                  new Bytes(SEGMENTS * (long) Frames.MOST),
                  function,
                  all,
                  age,
                  waitingOfOne,
                  waiting));
    }
  }

  /// How large a segment becomes: little of a function's lines goes at once.
  long segmentBytes() {
    return function.count() / SEGMENTS;
  }

  /// How long a segment grows.
  long segmentMillis() {
    return age.toMillis() / AGES;
  }

  long indexBytes() {
    return all.count() / 4;
  }

  long lineBytes() {
    return all.count() - indexBytes();
  }
}
