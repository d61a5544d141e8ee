package org.openlambda.server;

import java.util.function.BooleanSupplier;
import org.openlambda.worker.Worker;

/// Calls go first: what can be put off waits here until none runs.
///
/// @param stopped whether nobody wants to wait any more
record Calm(Worker worker, BooleanSupplier stopped) {
  /// After a call was seen, that many looks have to see none, with pauses between.
  private static final int LOOKS = 20;

  private static final long PAUSE_MILLIS = 5;

  /// Blocks as long as calls run, and for a tenth of a second more.
  void await() throws InterruptedException {
    int left = worker.isCalm() ? 0 : LOOKS;
    while (left > 0 && !stopped.getAsBoolean()) {
      Thread.sleep(PAUSE_MILLIS);
      left = worker.isCalm() ? left - 1 : LOOKS;
    }
  }
}
