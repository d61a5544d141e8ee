package org.openlambda.gateway.monitoring;

import java.util.concurrent.atomic.LongAdder;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Usage;

/// The counters of one version of a function. Safe for any thread; adding to it takes some 50 ns.
final class Series {
  final LongAdder invocations = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder timeouts = new LongAdder();
  final LongAdder throttles = new LongAdder();
  final LongAdder lost = new LongAdder();
  final LongAdder coldStarts = new LongAdder();
  final LongAdder cpuNanos = new LongAdder();

  /// In units of a billionth.
  final LongAdder gigabyteSeconds = new LongAdder();

  final Histogram duration = new Histogram();
  final Histogram init = new Histogram();

  /// When something was added last, on the monotonic clock. Written without order.
  private volatile long usedNanos;

  void add(Outcome outcome, long nowNanos) {
    usedNanos = nowNanos;
    switch (outcome) {
      case Outcome.Returned(_, Usage usage) -> ran(usage);
      case Outcome.Threw threw -> failed(threw);
      case Outcome.Crashed crashed -> failed(crashed);
      case Outcome.OutOfMemory end -> failed(end);
      case Outcome.TimedOut end -> {
        timeouts.increment();
        failed(end);
      }
      case Outcome.Rejected _ -> throttles.increment();
      case Outcome.Lost _ -> lost.increment();
    }
  }

  private void failed(Outcome.Ran outcome) {
    errors.increment();
    ran(outcome.usage());
  }

  private void ran(Usage usage) {
    invocations.increment();
    duration.add(usage.wall().toNanos());
    cpuNanos.add(usage.cpu().toNanos());
    gigabyteSeconds.add(Math.round(usage.gigabyteSeconds() * 1e9));
    if (usage.start() != Usage.Start.WARM) {
      coldStarts.increment();
      init.add(usage.phases().specialise().plus(usage.phases().init()).toNanos());
    }
  }

  long usedNanos() {
    return usedNanos;
  }

  /// Takes over what another one has counted.
  void absorb(Series other) {
    invocations.add(other.invocations.sum());
    errors.add(other.errors.sum());
    timeouts.add(other.timeouts.sum());
    throttles.add(other.throttles.sum());
    lost.add(other.lost.sum());
    coldStarts.add(other.coldStarts.sum());
    cpuNanos.add(other.cpuNanos.sum());
    gigabyteSeconds.add(other.gigabyteSeconds.sum());
    duration.absorb(other.duration);
    init.absorb(other.init);
  }
}
