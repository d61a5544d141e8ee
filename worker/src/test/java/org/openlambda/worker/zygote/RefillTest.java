package org.openlambda.worker.zygote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefillTest {
  private static final long CALM = Refill.CALM_NANOS;

  @Test
  void what_is_full_is_not_refilled() {
    assertThat(Refill.isDue(16, 16, 0, CALM)).isFalse();
    assertThat(Refill.isDue(17, 16, 1, 0)).isFalse();
  }

  @Test
  void a_burst_is_not_disturbed_while_half_is_left() {
    assertThat(Refill.isDue(15, 16, 0, 0)).isFalse();
    assertThat(Refill.isDue(8, 16, 0, CALM - 1)).isFalse();
  }

  @Test
  void below_half_it_is_refilled_whatever_happens() {
    assertThat(Refill.isDue(7, 16, 0, 0)).isTrue();
  }

  @Test
  void the_calm_after_a_burst_is_used() {
    assertThat(Refill.isDue(15, 16, 0, CALM)).isTrue();
  }

  @Test
  void nobody_is_kept_waiting() {
    assertThat(Refill.isDue(0, 16, 1, 0)).isTrue();
    assertThat(Refill.isDue(0, 0, 1, 0)).isTrue();
  }
}
