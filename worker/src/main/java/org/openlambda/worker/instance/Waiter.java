package org.openlambda.worker.instance;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A call that waits until it may run. Answered under the pool's lock, once; read by its own thread
/// without.
///
///     WAITING → GIVEN (an instance) | MAY_MAKE (one, which is charged already)
///             | REFUSED | SENT_AWAY
final class Waiter {
  enum State {
    WAITING,
    GIVEN,
    MAY_MAKE,
    /// Too many wait.
    REFUSED,
    /// The worker closes.
    SENT_AWAY
  }

  private final Thread thread = Thread.currentThread();

  /// Set before `state`.
  private @Nullable Berth berth;

  private volatile State state = State.WAITING;

  State state() {
    return state;
  }

  /// What it was given; only after [State#GIVEN].
  Berth berth() {
    if (berth == null) {
      throw new IllegalStateException("nothing was given yet");
    }
    return berth;
  }

  void give(Berth instance) {
    berth = instance;
    answer(State.GIVEN);
  }

  void letMake() {
    answer(State.MAY_MAKE);
  }

  void refuse() {
    answer(State.REFUSED);
  }

  void sendAway() {
    answer(State.SENT_AWAY);
  }

  private void answer(State answer) {
    state = answer;
    if (thread != Thread.currentThread()) {
      LockSupport.unpark(thread);
    }
  }
}
