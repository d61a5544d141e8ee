package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SurgeTest {
  private static final long SLICE = Surge.SLICE_NANOS;

  /// The clock may be below 0.
  private static final long START = -3 * SLICE / 2;

  private final Surge surge = new Surge();
  private long now = START;

  /// Half a second in which so many come and are served.
  private void slice(int came, int served) {
    for (int i = 0; i < came; i++) {
      surge.came(now);
    }
    for (int i = 0; i < served; i++) {
      surge.served(now);
    }
    now += SLICE;
  }

  @Test
  void ten_times_what_can_be_served_is_a_surge_after_two_seconds_and_none_when_it_ends() {
    for (int i = 0; i < Surge.SLICES; i++) {
      assertThat(surge.isOn(now)).isFalse();
      slice(200, 20);
    }
    assertThat(surge.isOn(now)).isTrue();
    slice(200, 20);
    assertThat(surge.isOn(now)).isTrue();
    slice(0, 20);
    assertThat(surge.isOn(now)).isFalse();
  }

  @Test
  void computing_calls_may_wait_for_processors_others_for_instances() {
    assertThat(Surge.mayAlwaysWait(100, false, 2)).isEqualTo(100);
    assertThat(Surge.mayAlwaysWait(5, true, 2)).isEqualTo(2);
    assertThat(Surge.mayAlwaysWait(1, true, 2)).isEqualTo(1);
  }

  @Test
  void a_burst_is_none_however_long_it_takes_to_serve_it() {
    slice(1_000, 5);
    for (int i = 0; i < 20; i++) {
      slice(5, 5);
      assertThat(surge.isOn(now)).isFalse();
    }
  }

  @Test
  void a_queue_that_grows_slowly_is_none() {
    for (int i = 0; i < 20; i++) {
      slice(39, 20);
      assertThat(surge.isOn(now)).isFalse();
    }
  }

  @Test
  void what_was_long_ago_does_not_count() {
    for (int i = 0; i < Surge.SLICES; i++) {
      slice(200, 20);
    }
    now += 100 * SLICE;
    assertThat(surge.isOn(now)).isFalse();
    slice(200, 20);
    assertThat(surge.isOn(now)).isFalse();
  }
}
