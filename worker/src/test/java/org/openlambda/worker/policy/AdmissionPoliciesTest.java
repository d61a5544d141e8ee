package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.openlambda.worker.policy.CpuGate.Asker;
import org.openlambda.worker.policy.CpuGate.Processors;

/// The rules of admission, one by one.
class AdmissionPoliciesTest {
  private static final long MILLI = 1_000_000;

  private static int admitted(double share, int cores) {
    int running = 0;
    while (running < 1_000
        && CpuGate.opens(
            new Processors(running * share, 1, cores), new Asker(share, running, 200 * MILLI))) {
      running++;
    }
    return running;
  }

  @Test
  void calls_that_compute_run_as_many_as_there_are_processors() {
    assertThat(admitted(1.0, 2)).isEqualTo(2);
    assertThat(admitted(0.9, 2)).isEqualTo(2);
    assertThat(admitted(0.5, 2)).isEqualTo(4);
    assertThat(admitted(1.0, 8)).isEqualTo(8);
    assertThat(CpuGate.atOnce(2, 0.9)).isEqualTo(2);
    assertThat(CpuGate.atOnce(2, 0)).isEqualTo(100_000);
  }

  @Test
  void calls_that_wait_for_something_else_come_in_freely() {
    assertThat(admitted(0.001, 2)).isEqualTo(1_000);
  }

  @Test
  void a_function_beside_a_flood_runs_its_fair_part() {
    var flooded = new Processors(2, 2, 2);
    assertThat(CpuGate.opens(flooded, new Asker(1, 0, 0))).isTrue();
    assertThat(CpuGate.opens(flooded, new Asker(1, 1, MILLI))).isFalse();
    assertThat(CpuGate.opens(flooded, new Asker(0.1, 8, MILLI))).isTrue();
    assertThat(CpuGate.opens(flooded, new Asker(1, 2, 200 * MILLI))).isFalse();
  }

  @Test
  void in_a_crowd_only_the_short_come_in_besides() {
    var crowded = new Processors(8, 9, 2);
    assertThat(CpuGate.opens(crowded, new Asker(1, 0, 200 * MILLI))).isFalse();
    assertThat(CpuGate.opens(crowded, new Asker(1, 0, MILLI))).isTrue();
  }

  @Test
  void one_new_instance_is_worth_it_if_it_is_ready_before_the_last_call_is_served() {
    var fast = new Profile();
    fast.finished(MILLI / 10, MILLI / 20);
    fast.started(2 * MILLI);
    assertThat(ScaleOut.isWorthIt(0, 2, false, fast)).isFalse();
    assertThat(ScaleOut.isWorthIt(30, 2, false, fast)).isFalse();
    assertThat(ScaleOut.isWorthIt(50, 2, false, fast)).isTrue();
    var slow = new Profile();
    slow.finished(200 * MILLI, MILLI);
    slow.started(2 * MILLI);
    assertThat(ScaleOut.isWorthIt(0, 99, false, slow)).isTrue();
    slow.started(4_000 * MILLI); // it imports for long
    assertThat(ScaleOut.isWorthIt(0, 4, false, slow)).isFalse();
  }

  @Test
  void of_an_unknown_function_one_is_made_and_more_only_if_that_takes_long() {
    assertThat(ScaleOut.isWorthIt(0, 0, false, new Profile())).isTrue();
    assertThat(ScaleOut.isWorthIt(999, 2, false, new Profile())).isFalse();
    assertThat(ScaleOut.isWorthIt(0, 2, true, new Profile())).isTrue();
  }

  @Test
  void unknown_calls_count_as_computing_until_somebody_looks() {
    var profile = new Profile();
    assertThat(profile.cpuShare()).isEqualTo(1);
    profile.sampled(0, 2);
    assertThat(profile.cpuShare()).isZero();
    profile.finished(200 * MILLI, 2 * MILLI);
    assertThat(profile.cpuShare()).isEqualTo(0.01);
  }

  @Test
  void more_calls_are_taken_to_compute_until_somebody_looks_whatever_they_used() {
    var profile = new Profile();
    profile.finished(2_000 * MILLI, 200 * MILLI);
    assertThat(profile.carefulShare()).isEqualTo(1);
    profile.sampled(0, 1);
    assertThat(profile.carefulShare()).isEqualTo(0.1);
    var brief = new Profile();
    brief.finished(MILLI, MILLI / 100);
    assertThat(brief.carefulShare()).isEqualTo(0.5);
  }

  @Test
  void a_call_that_got_no_processor_is_not_taken_for_one_that_waits() {
    var profile = new Profile();
    for (int i = 0; i < 20; i++) {
      profile.finished(2_000 * MILLI, 200 * MILLI); // ten at a time on one core
      profile.sampled(1, 1);
    }
    assertThat(profile.cpuShare()).isEqualTo(1);
  }

  @Test
  void calls_that_wait_for_longer_than_those_before_took_are_not_measured_by_them() {
    var profile = new Profile();
    profile.finished(20 * MILLI, 20 * MILLI);
    profile.sampled(0, 2);
    assertThat(profile.cpuShare()).isEqualTo(1);
    profile.waited(10 * MILLI);
    assertThat(profile.cpuShare()).isEqualTo(1);
    profile.waited(2_000 * MILLI);
    assertThat(profile.cpuShare()).isEqualTo(0.01);
    profile.finished(20 * MILLI, 20 * MILLI);
    assertThat(profile.cpuShare()).as("they are short again").isEqualTo(1);
  }

  @Test
  void the_wait_is_what_is_ahead() {
    assertThat(ExpectedWait.nanos(97, 2, 200 * MILLI)).isEqualTo(9_800 * MILLI);
    assertThat(ExpectedWait.retryAfter(9_800 * MILLI)).isEqualTo(Duration.ofSeconds(10));
    assertThat(ExpectedWait.retryAfter(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(ExpectedWait.retryAfter(Long.MAX_VALUE / 2)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void there_always_is_a_place_for_one_that_comes_later() {
    int places = 1_024;
    int flood = 0;
    while (WaitingRoom.hasPlace(flood, flood, places)) {
      flood++;
    }
    assertThat(flood).isEqualTo(512);
    int second = 0;
    while (WaitingRoom.hasPlace(second, flood + second, places)) {
      second++;
    }
    assertThat(second).isEqualTo(256);
    assertThat(WaitingRoom.hasPlace(0, flood + second, places)).isTrue();
    assertThat(WaitingRoom.hasPlace(flood, flood + second, places)).isFalse();
  }
}
