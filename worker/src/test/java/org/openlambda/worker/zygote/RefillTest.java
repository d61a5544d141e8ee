package org.openlambda.worker.zygote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RefillTest {
  private static final long CALM = Refill.CALM_NANOS;

  @Test
  void what_is_full_is_not_refilled() {
    assertThat(Refill.isDue(16, 0, 16, 0, CALM)).isFalse();
    assertThat(Refill.isDue(17, 0, 16, 1, 0)).isFalse();
  }

  @Test
  void a_burst_is_not_disturbed_while_half_is_left() {
    assertThat(Refill.isDue(15, 0, 16, 0, 0)).isFalse();
    assertThat(Refill.isDue(8, 0, 16, 0, CALM - 1)).isFalse();
  }

  @Test
  void below_half_it_is_refilled_whatever_happens() {
    assertThat(Refill.isDue(7, 0, 16, 0, 0)).isTrue();
  }

  @Test
  void the_calm_after_a_burst_is_used() {
    assertThat(Refill.isDue(15, 0, 16, 0, CALM)).isTrue();
  }

  @Test
  void while_half_is_left_they_are_made_one_after_another() {
    assertThat(Refill.isDue(12, 1, 16, 0, CALM)).isFalse();
    assertThat(Refill.isDue(7, 3, 16, 0, CALM)).isTrue();
    assertThat(Refill.isDue(12, 3, 8, 5, CALM)).isTrue();
  }

  @Test
  void nobody_is_kept_waiting() {
    assertThat(Refill.isDue(0, 0, 16, 1, 0)).isTrue();
    assertThat(Refill.isDue(0, 0, 0, 1, 0)).isTrue();
  }

  /// Four makers on two lanes, of which each makes one in 2.5 ms; somebody takes one every so
  /// often, with jitter.
  ///
  /// @return how many had to wait for theirs, of those who came after the first second
  private static int waitersOfAMinute(long everyMicros, long seed) {
    var random = new SplittableRandom(seed);
    var size = new PoolSize(16, 256, 0);
    long[] lanes = new long[2]; // when each is free again
    var making = new PriorityQueue<Long>();
    int ready = 16;
    int waiters = 0;
    long lastTaken = -CALM;
    for (long now = 0; now < 60_000_000_000L; now += random.nextLong(everyMicros * 2_000)) {
      while (!making.isEmpty() && making.element() <= now) {
        making.remove();
        ready++;
      }
      size.taken(now);
      int free = 4 - making.size();
      while (free-- > 0
          && Refill.isDue(
              ready + making.size(), making.size(), size.size(now), 0, now - lastTaken)) {
        int lane = lanes[0] <= lanes[1] ? 0 : 1;
        lanes[lane] = Math.max(lanes[lane], now) + 2_500_000;
        making.add(lanes[lane]);
      }
      lastTaken = now;
      if (ready == 0) {
        waiters += now > 1_000_000_000 ? 1 : 0;
      } else {
        ready--;
      }
    }
    return waiters;
  }

  @Test
  void what_is_taken_for_a_minute_is_refilled_at_the_rate_of_use() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(waitersOfAMinute(1_500, seed)).as("667 a second of 800, seed %d", seed).isZero();
    }
  }
}
