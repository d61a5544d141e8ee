package org.openlambda.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.openlambda.core.units.Bytes;

class UsageTest {
  @Test
  void a_call_costs_billed_time_times_memory() {
    var phases = new Phases(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    var second = Duration.ofSeconds(1);
    var usage =
        new Usage(
            Usage.Start.WARM, second, second, Bytes.mebi(512), Duration.ZERO, Bytes.ZERO, phases);
    assertThat(usage.gigabyteSeconds()).isEqualTo(0.5);
  }
}
