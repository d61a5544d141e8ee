package org.openlambda.cli.terminal;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/// The clock of this machine, in its time zone. Which one that is takes reading the zones of the
/// world, 25 ms: most commands show no time, and do not ask.
final class MachineClock extends Clock {
  @Override
  public ZoneId getZone() {
    return ZoneId.systemDefault();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.system(zone);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
