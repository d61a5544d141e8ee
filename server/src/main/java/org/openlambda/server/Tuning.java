package org.openlambda.server;

import java.time.Duration;
import java.util.Optional;
import org.openlambda.worker.WorkerConfig;
import org.openlambda.worker.zygote.Nursery;

/// What of a worker is set otherwise than suits most, for measuring.
///
/// @param pool the most sandboxes that wait; with 0 each is made when a call needs it
/// @param freezeAfter idle time before an instance is frozen
record Tuning(Optional<Integer> pool, Optional<Duration> freezeAfter) {
  static final Tuning NONE = new Tuning(Optional.empty(), Optional.empty());

  WorkerConfig applyTo(WorkerConfig config) {
    Nursery.Settings there = config.nursery();
    int most = pool.orElse(there.most());
    int least = Math.min(there.least(), most);
    return new WorkerConfig(
        config.home(),
        config.state(),
        config.python(),
        config.pool(),
        new Nursery.Settings(least, most, there.lanes(), there.makersPerLane(), there.limits()),
        freezeAfter.orElse(config.freezeAfter()),
        config.isolation(),
        config.openGauges());
  }
}
