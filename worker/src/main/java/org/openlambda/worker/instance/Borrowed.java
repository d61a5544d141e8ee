package org.openlambda.worker.instance;

import java.time.Duration;
import org.openlambda.core.invocation.Outcome.Reason;
import org.openlambda.core.invocation.Usage.Start;

/// The answer to [InstancePool#borrow].
public sealed interface Borrowed {
  /// It is the caller's until given back.
  record Lent(Berth berth, Start start) implements Borrowed {
    public Instance instance() {
      return berth.instance;
    }
  }

  record Refused(Reason reason, Duration retryAfter) implements Borrowed {}

  /// No sandbox could be made.
  record Failed(String why) implements Borrowed {}

  static Borrowed draining() {
    return new Refused(Reason.DRAINING, Duration.ofSeconds(1));
  }

  static Borrowed queueFull(Duration retryAfter) {
    return new Refused(Reason.QUEUE_FULL, retryAfter);
  }
}
