package org.openlambda.linux.fd;

import java.util.concurrent.atomic.AtomicInteger;

/// How many files of [Gauge]s may stay open together, so that their number has a bound that does
/// not depend on how many gauges there are. *Threads*: any. Nothing here waits.
public final class OpenGauges {
  private final int most;
  private final AtomicInteger left;

  /// @param most files; 0 means that every reading opens one and closes it again
  public OpenGauges(int most) {
    this.most = most;
    this.left = new AtomicInteger(most);
  }

  /// Whether less than half of them is left: who does not need his should close it.
  public boolean areScarce() {
    return left.get() < most / 2;
  }

  /// Whether one more may stay open; if so, [#closed] has to follow.
  boolean mayStayOpen() {
    if (left.getAndDecrement() > 0) {
      return true;
    }
    left.incrementAndGet();
    return false;
  }

  void closed() {
    left.incrementAndGet();
  }
}
