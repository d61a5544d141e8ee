package org.openlambda.worker.zygote;

/// When to make the sandboxes that are missing. Making one costs some milliseconds of processor,
/// which the call that just took one needs itself: so stock is used up in a burst and refilled when
/// it is over, one after another, but never below half. That is an (s, S) policy of inventory
/// control (Scarf, 1960) with s half of S, and the calm after a burst as a second occasion. A pure
/// function.
final class Refill {
  /// Nobody took one for so long: the burst is over.
  static final long CALM_NANOS = 5_000_000;

  private Refill() {}

  /// Whether one more should be begun now.
  ///
  /// @param have sandboxes that wait or are being made
  /// @param making of those, being made
  /// @param wanted how many should wait, by [PoolSize]
  /// @param callers who wait for one
  /// @param sinceTakenNanos since one was last taken
  static boolean isDue(int have, int making, int wanted, int callers, long sinceTakenNanos) {
    if (have >= wanted + callers) {
      return false;
    }
    return callers > 0 || have < wanted / 2 || (making == 0 && sinceTakenNanos >= CALM_NANOS);
  }
}
