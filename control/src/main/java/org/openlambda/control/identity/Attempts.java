package org.openlambda.control.identity;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openlambda.core.time.Allowance;
import org.openlambda.core.time.Time;

/// How often something may fail, for each of many names. What did not fail is given back. Any
/// thread.
public final class Attempts {
  /// Names that are remembered; of more, those that tried longest ago are forgotten.
  static final int MOST_NAMES = 10_000;

  private final int most;
  private final Duration pause;
  private final Time time;

  /// The longest unused first; guarded by this.
  private final Map<String, Allowance> left = new LinkedHashMap<>(16, 0.75f, true);

  /// @param most at once
  /// @param pause after which there is one more
  public Attempts(int most, Duration pause, Time time) {
    this.most = most;
    this.pause = pause;
    this.time = time;
  }

  /// Takes an attempt.
  ///
  /// @return how long to wait for one; zero if it was taken
  public synchronized Duration take(String name) {
    long now = time.nanos();
    var allowance = left.computeIfAbsent(name, _ -> new Allowance(most, pause, now));
    if (left.size() > MOST_NAMES) {
      left.remove(left.keySet().iterator().next());
    }
    return Duration.ofNanos(allowance.take(now));
  }

  /// Gives an attempt back.
  public synchronized void giveBack(String name) {
    Allowance allowance = left.get(name);
    if (allowance != null) {
      allowance.giveBack();
    }
  }
}
