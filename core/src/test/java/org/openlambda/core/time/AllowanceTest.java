package org.openlambda.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AllowanceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void so_many_are_there_at_once_and_one_more_after_each_pause() {
    long now = -5 * SECOND; // the clock's origin is anywhere
    var allowance = new Allowance(3, Duration.ofSeconds(1), now);
    for (int i = 0; i < 3; i++) {
      assertThat(allowance.take(now)).isZero();
    }
    assertThat(allowance.take(now)).isEqualTo(SECOND);
    assertThat(allowance.take(now + SECOND / 4)).isEqualTo(3 * SECOND / 4);
    assertThat(allowance.take(now + SECOND)).isZero();
    assertThat(allowance.take(now + SECOND)).isEqualTo(SECOND);
  }

  @Test
  void no_more_than_the_most_are_saved_up() {
    var allowance = new Allowance(2, Duration.ofSeconds(1), 0);
    long later = 1_000 * SECOND;
    assertThat(allowance.take(later)).isZero();
    assertThat(allowance.take(later)).isZero();
    assertThat(allowance.take(later)).isPositive();
  }

  @Test
  void what_is_given_back_is_there_again() {
    var allowance = new Allowance(1, Duration.ofSeconds(10), 0);
    assertThat(allowance.take(0)).isZero();
    allowance.giveBack();
    assertThat(allowance.take(0)).isZero();
    assertThat(allowance.take(0)).isEqualTo(10 * SECOND);
  }

  @Test
  void of_many_who_take_at_the_same_moment_just_as_many_get_one_as_there_are() {
    var allowance = new Allowance(500, Duration.ofSeconds(1), 0);
    var taken = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 2_000; i++) {
        threads.execute(() -> taken.addAndGet(allowance.take(0) == 0 ? 1 : 0));
      }
    }
    assertThat(taken).hasValue(500);
  }
}
