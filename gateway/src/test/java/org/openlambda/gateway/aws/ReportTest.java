package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

final class ReportTest {
  private static final RequestId ID = new RequestId("14e0db71-5d35-4eb5-b481-8945cf9d10c2");

  private static String report(long wallNanos, Duration init) {
    var usage =
        new Usage(
            Usage.Start.WARM,
            Duration.ofNanos(wallNanos),
            Duration.ofNanos(wallNanos),
            Bytes.mebi(128),
            Duration.ZERO,
            new Bytes((12 << 20) + 1),
            new Phases(Duration.ZERO, Duration.ZERO, init, Duration.ZERO));
    var nothing = new Payload.Whole(200, List.of(), new byte[0]);
    return Report.end(ID, new Outcome.Returned(nothing, usage)).getLast();
  }

  @Test
  void durations_have_two_decimals_and_what_is_billed_is_rounded_up() {
    assertThat(report(1_234_567, Duration.ZERO))
        .isEqualTo(
            "REPORT RequestId: 14e0db71-5d35-4eb5-b481-8945cf9d10c2\tDuration: 1.23 ms"
                + "\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\t");
    assertThat(report(1_005_000, Duration.ZERO))
        .contains("\tDuration: 1.01 ms\tBilled Duration: 2");
    assertThat(report(999_999, Duration.ZERO)).contains("\tDuration: 1.00 ms\tBilled Duration: 1");
    assertThat(report(50_000, Duration.ZERO)).contains("\tDuration: 0.05 ms\tBilled Duration: 1");
  }

  @Test
  void the_first_call_of_an_instance_says_how_long_its_start_took() {
    assertThat(report(3_000_000, Duration.ofMillis(20)))
        .endsWith("\tMax Memory Used: 13 MB\tInit Duration: 20.00 ms\t");
  }

  @Test
  void a_timeout_is_told_in_seconds() {
    assertThat(Report.seconds(Duration.ofSeconds(3))).isEqualTo("3.00");
    assertThat(Report.seconds(Duration.ofMillis(1_250))).isEqualTo("1.25");
    assertThat(Report.seconds(Duration.ofMinutes(15))).isEqualTo("900.00");
  }
}
