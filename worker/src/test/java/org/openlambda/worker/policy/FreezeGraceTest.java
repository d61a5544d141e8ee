package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FreezeGraceTest {
  private static final long MILLI = 1_000_000;
  private static final long USUAL = 100 * MILLI;

  @Test
  void what_comes_again_soon_is_not_frozen_before() {
    assertThat(FreezeGrace.next(USUAL, MILLI)).isEqualTo(USUAL);
    assertThat(FreezeGrace.next(USUAL, 200 * MILLI)).isEqualTo(400 * MILLI);
    assertThat(FreezeGrace.next(USUAL, 900 * MILLI)).isEqualTo(1_000 * MILLI);
  }

  @Test
  void what_comes_after_a_second_is_frozen_at_once_when_it_has_been_called() {
    assertThat(FreezeGrace.next(USUAL, 1_001 * MILLI)).isEqualTo(USUAL);
  }

  @Test
  void the_usual_is_the_least_and_may_be_longer_than_a_second() {
    long hour = 3_600_000 * MILLI;
    assertThat(FreezeGrace.next(hour, MILLI)).isEqualTo(hour);
    assertThat(FreezeGrace.next(hour, 2 * hour)).isEqualTo(hour);
  }
}
