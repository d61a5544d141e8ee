package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private static final KeepAlive OURS = KeepAlive.Learned.DEFAULT;

  private static IdleTimes times(int howOften, Duration idle) {
    var times = new IdleTimes();
    for (int i = 0; i < howOften; i++) {
      times.record(idle.toNanos());
    }
    return times;
  }

  private static Duration kept(IdleTimes times) {
    return Duration.ofNanos(OURS.nanos(times));
  }

  @Test
  void as_long_as_little_is_known_it_is_ten_minutes() {
    assertThat(kept(new IdleTimes())).isEqualTo(Duration.ofMinutes(10));
    assertThat(kept(times(9, Duration.ofSeconds(1)))).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void what_comes_back_in_seconds_is_kept_for_a_minute() {
    assertThat(kept(times(20, Duration.ofSeconds(3)))).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void what_comes_every_twelve_minutes_is_kept_for_that() {
    assertThat(kept(times(20, Duration.ofMinutes(12))))
        .isBetween(Duration.ofMinutes(12), Duration.ofMinutes(16));
  }

  @Test
  void what_comes_every_two_hours_is_not_worth_it() {
    assertThat(kept(times(20, Duration.ofHours(2)))).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void a_gap_between_bursts_is_bridged_if_that_is_cheap() {
    IdleTimes times = times(100, Duration.ofMillis(10));
    for (int i = 0; i < 10; i++) {
      times.record(TimeUnit.SECONDS.toNanos(150));
    }
    assertThat(kept(times)).isBetween(Duration.ofSeconds(150), Duration.ofSeconds(200));
  }

  @Test
  void old_times_fade() {
    IdleTimes times = times(900, Duration.ofMinutes(5));
    for (int i = 0; i < 5_000; i++) {
      times.record(1);
    }
    assertThat(times.total()).isLessThan(1_000);
    assertThat(kept(times)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void every_time_falls_into_a_bin_that_ends_behind_it() {
    for (long nanos = 1; nanos < Duration.ofHours(4).toNanos(); nanos += nanos / 7 + 1) {
      var times = new IdleTimes();
      times.record(nanos);
      for (int bin = 0; bin < times.bins() - 1; bin++) {
        if (times.count(bin) == 1) {
          assertThat(IdleTimes.edgeNanos(bin)).isGreaterThan(nanos);
          assertThat(bin == 0 ? 0 : IdleTimes.edgeNanos(bin - 1)).isLessThanOrEqualTo(nanos);
        }
      }
    }
  }

  @Test
  void on_a_day_of_azure_no_fixed_time_with_as_little_idle_memory_has_nearly_as_few_cold_starts()
      throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      var trace = new Trace(seed);
      Trace.Result ours = trace.replay(OURS);
      for (int minutes = 1; minutes <= 30; minutes++) {
        Trace.Result fixed = trace.replay(new KeepAlive.Fixed(Duration.ofMinutes(minutes)));
        if (fixed.idleHours() <= ours.idleHours()) {
          assertThat(fixed.coldStarts())
              .as("seed %d, %d min: %s, ours: %s", seed, minutes, fixed, ours)
              .isGreaterThan(ours.coldStarts() * 11 / 10);
        }
      }
    }
  }

  @Test
  void on_a_day_of_azure_ten_minutes_for_all_cost_a_fifth_more_memory_for_hardly_fewer_cold_starts()
      throws IOException {
    var trace = new Trace(4);
    Trace.Result ours = trace.replay(OURS);
    Trace.Result fixed = trace.replay(KeepAlive.Fixed.TEN_MINUTES);
    Trace.Result none = trace.replay(new KeepAlive.Fixed(Duration.ZERO));
    String what = "none %s, fixed %s, ours %s".formatted(none, fixed, ours);
    assertThat(fixed.idleHours()).as(what).isGreaterThan(1.2 * ours.idleHours());
    assertThat(ours.coldStarts()).as(what).isLessThan(fixed.coldStarts() * 11 / 10);
    assertThat(none.coldStarts()).as(what).isGreaterThan(none.calls() * 9 / 10);
  }

  @Test
  void words_become_policies() {
    assertThat(KeepAlive.of("auto")).isEqualTo(OURS);
    assertThat(KeepAlive.of("0s")).isEqualTo(new KeepAlive.Fixed(Duration.ZERO));
    assertThat(KeepAlive.of("10m")).isEqualTo(KeepAlive.Fixed.TEN_MINUTES);
    assertThat(KeepAlive.of("250ms")).isEqualTo(new KeepAlive.Fixed(Duration.ofMillis(250)));
    assertThat(KeepAlive.of("1h")).isEqualTo(new KeepAlive.Fixed(Duration.ofHours(1)));
    assertThatThrownBy(() -> KeepAlive.of("long")).hasMessageContaining("0s, 90s or 10m, not long");
    assertThatThrownBy(() -> KeepAlive.of("25h")).hasMessageContaining("0 s to 24 h");
  }
}
