package org.openlambda.gateway.monitoring;

import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Time;

/// Counts every call that goes through it. A call that chooses its version again, as the code was
/// changed meanwhile, counts once.
final class Metered implements Invoker {
  private final Invoker next;
  private final SeriesTable series;
  private final Time time;

  Metered(Invoker next, SeriesTable series, Time time) {
    this.next = next;
    this.series = series;
    this.time = time;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    Outcome outcome = next.invoke(invocation);
    if (!(outcome instanceof Outcome.Rejected(Outcome.Reason reason, _))
        || reason != Outcome.Reason.CODE_CHANGED) {
      long now = time.nanos();
      series.of(invocation.version(), now).add(outcome, now);
    }
    return outcome;
  }
}
