package org.openlambda.core.thread;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Says that a descriptor got input, to the one thread that waits for it. The waiter calls
/// [#clear], then looks for input, then [#await]s if there was none: what arrives after the look
/// raises the signal and is not missed.
public final class InputSignal {
  private volatile boolean raised;
  private volatile @Nullable Thread waiter;

  /// Something arrived, or the stream has ended. Any thread; does not block.
  public void raise() {
    raised = true;
    Thread thread = waiter;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /// Forgets what was signalled so far. For the waiter.
  public void clear() {
    raised = false;
  }

  /// Parks until the signal is raised; at once if it is since [#clear]. One thread at a time; an
  /// interrupt does not end it.
  public void await() {
    waiter = Thread.currentThread();
    boolean interrupted = false;
    while (!raised) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiter = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
