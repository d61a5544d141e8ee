package org.openlambda.worker.zygote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PoolSizeTest {
  private static final long SLICE = PoolSize.SLICE_NANOS;
  private static final long MINUTE = SLICE * PoolSize.SLICES;

  /// The clock's origin is arbitrary, also negative.
  private static final long[] ORIGINS = {0, 123_456_789_012L, -987_654_321_987L};

  @Test
  void nobody_came_so_the_least_wait() {
    for (long origin : ORIGINS) {
      assertThat(new PoolSize(16, 256, origin).size(origin + 5 * MINUTE)).isEqualTo(16);
    }
  }

  @Test
  void twice_the_largest_burst_waits() {
    assertThat(PoolSize.target(new int[] {1, 30, 7}, 16, 256)).isEqualTo(60);
  }

  @Test
  void the_bounds_hold() {
    assertThat(PoolSize.target(new int[] {3}, 16, 256)).isEqualTo(16);
    assertThat(PoolSize.target(new int[] {1_000}, 16, 256)).isEqualTo(256);
    assertThat(PoolSize.target(new int[] {Integer.MAX_VALUE}, 16, 256)).isEqualTo(256);
    assertThat(PoolSize.target(new int[0], 0, 1)).isZero();
  }

  @Test
  void a_burst_counts_for_a_minute_and_is_forgotten_then() {
    for (long origin : ORIGINS) {
      var size = new PoolSize(4, 100, origin);
      for (int i = 0; i < 20; i++) {
        size.taken(origin);
      }
      assertThat(size.size(origin)).isEqualTo(40);
      assertThat(size.size(origin + MINUTE - SLICE)).isEqualTo(40);
      assertThat(size.size(origin + MINUTE)).isEqualTo(4);
    }
  }

  @Test
  void what_comes_evenly_is_no_burst() {
    var size = new PoolSize(2, 100, 0);
    for (int i = 0; i < 500; i++) {
      size.taken(i * SLICE);
    }
    assertThat(size.size(500 * SLICE)).isEqualTo(2);
  }

  @Test
  void a_pool_of_none_never_wants_one() {
    var size = new PoolSize(0, 0, 0);
    size.taken(SLICE);
    assertThat(size.size(SLICE)).isZero();
  }

  @Test
  void bounds_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> new PoolSize(-1, 5, 0)).hasMessageContaining("-1 to 5");
    assertThatThrownBy(() -> new PoolSize(6, 5, 0)).hasMessageContaining("6 to 5");
  }
}
