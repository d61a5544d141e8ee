package org.openlambda.worker.policy;

/// Who goes first when idle instances have to make room: the one worth least. Pure functions.
public sealed interface Eviction {
  /// What an instance is worth from its last call on. It grows with every use.
  ///
  /// @param clock the largest worth of an instance that was evicted so far; 0 at first
  double worth(double clock, Use use);

  /// @param atSeconds when it was used, on the pool's clock
  /// @param calls of its function since it last had no instance
  /// @param coldSeconds what it takes to have another one ready
  /// @param bytes what giving it up frees
  record Use(double atSeconds, long calls, double coldSeconds, long bytes) {}

  /// Least recently used.
  record LeastRecentlyUsed() implements Eviction {
    @Override
    public double worth(double clock, Use use) {
      return use.atSeconds();
    }
  }

  /// Greedy-Dual-Size-Frequency: clock + frequency × cost / size (Cherkasova 1998; for instances of
  /// functions Fuerst and Sharma, *FaasCache*, ASPLOS 2021). What is called often, is dear to start
  /// and holds little stays; the clock lets go what was worth much once.
  record GreedyDual() implements Eviction {
    private static final double MEBI = 1 << 20;

    @Override
    public double worth(double clock, Use use) {
      double mebibytes = Math.max(1, use.bytes() / MEBI);
      return clock + use.calls() * use.coldSeconds() / mebibytes;
    }
  }

  /// From words: `lru` or `greedy-dual`.
  ///
  /// @throws IllegalArgumentException saying what is possible
  static Eviction of(String text) {
    return switch (text) {
      case "lru" -> new LeastRecentlyUsed();
      case "greedy-dual" -> new GreedyDual();
      default -> throw new IllegalArgumentException("eviction is lru or greedy-dual, not " + text);
    };
  }
}
