package org.openlambda.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.openlambda.core.time.Time;

final class PaceTest {
  private static final Time STANDS_STILL =
      new Time() {
        @Override
        public long nanos() {
          return 42;
        }

        @Override
        public Instant now() {
          return Instant.EPOCH;
        }
      };

  private final Pace<String> pace = new Pace<>(50, 2, STANDS_STILL);

  @Test
  void each_caller_has_as_many_as_the_others() {
    assertThat(pace.take("a")).isZero();
    assertThat(pace.take("a")).isZero();
    assertThat(pace.take("a")).isEqualTo(Duration.ofMillis(20));
    assertThat(pace.take("b")).isZero();
  }

  @Test
  void beyond_a_hundred_thousand_callers_all_begin_anew() {
    pace.take("a");
    pace.take("a");
    for (int i = 1; i < Pace.MOST_CALLERS; i++) {
      pace.take("caller " + i);
    }
    assertThat(pace.take("a")).isPositive();
    pace.take("one more");
    assertThat(pace.take("a")).isZero();
  }
}
