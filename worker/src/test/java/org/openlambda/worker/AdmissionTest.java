package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Outcome.Reason;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;

/// Who runs and who waits, with real sandboxes on two processors' worth of admission.
@Tag("root")
@Timeout(90)
class AdmissionTest {
  private static final String ECHO = "def f(event):\n  return event\n";
  private static final String SLEEP =
      "import time\ndef f(event):\n  time.sleep(event)\n  return 'ok'\n";
  private static final String SPIN =
      """
      import time
      def f(event):
        end = time.process_time() + event
        while time.process_time() < end:
          pass
        return 'ok'
      """;

  @TempDir private Path dir;

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  private static List<FutureTask<Outcome>> calling(Bench bench, Version version, int n, String v) {
    var calls = new ArrayList<FutureTask<Outcome>>();
    for (int i = 0; i < n; i++) {
      calls.add(bench.calling(version, v));
    }
    return calls;
  }

  private static void allReturn(List<FutureTask<Outcome>> calls) throws Exception {
    for (FutureTask<Outcome> call : calls) {
      assertThat(call.get(Patience.ofSeconds(60), TimeUnit.SECONDS))
          .isInstanceOf(Outcome.Returned.class);
    }
  }

  private static int instances(Bench bench) {
    var census = bench.worker.census();
    return census.lent().size() + census.idle().size();
  }

  private static Bench open(Path dir, int queue) throws IOException {
    return Bench.open(dir, Bench.pool(Bytes.mebi(6_400), 200, queue, Duration.ofSeconds(60)));
  }

  @Test
  void a_herd_of_first_calls_is_served_by_few_sandboxes() throws Exception {
    try (var bench = open(dir, 4_000)) {
      Version echo = bench.function("echo", ECHO);
      allReturn(calling(bench, echo, 1_000, "1"));
      assertThat(instances(bench)).isLessThanOrEqualTo(40);
      assertThat(bench.worker.counters().snapshot()).containsEntry("pull-lambda.cnt", 1L);
    }
  }

  @Test
  void a_burst_of_calls_that_sleep_scales_out_at_once() throws Exception {
    try (var bench = open(dir, 200)) {
      var limits = Sample.limits(Bytes.mebi(64), Duration.ofMinutes(5));
      Version sleeper = bench.function("sleeper", SLEEP, limits);
      var calls = calling(bench, sleeper, 50, Long.toString(Patience.ofSeconds(5)));
      Bench.await("all of them run", () -> bench.worker.census().lent().size() == 50);
      assertThat(bench.worker.census().load()).isLessThan(2);
      allReturn(calls);
    }
  }

  @Test
  void calls_that_sleep_are_not_held_up_because_those_before_them_computed() throws Exception {
    try (var bench = open(dir, 200)) {
      var limits = Sample.limits(Bytes.mebi(64), Duration.ofMinutes(5));
      String sleepsOrSpins =
          SPIN.replace("  end =", "  if event > 1:\n    return time.sleep(event)\n  end =");
      Version either = bench.function("either", sleepsOrSpins, limits);
      for (int i = 0; i < 8; i++) {
        bench.call(either, "0.02");
      }
      var calls = calling(bench, either, 6, Long.toString(Patience.ofSeconds(4)));
      Bench.await("all of them run", () -> bench.worker.census().lent().size() == 6);
      allReturn(calls);
    }
  }

  @Test
  void a_function_that_computes_runs_no_more_than_there_are_processors() throws Exception {
    try (var bench = open(dir, 200)) {
      Version spinner = bench.function("spinner", SPIN);
      var over = new AtomicBoolean();
      var most =
          new FutureTask<>(() -> {
            int seen = 0;
            while (!over.get()) {
              seen = Math.max(seen, bench.worker.census().lent().size());
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
            return seen;
          });
      var calls = calling(bench, spinner, 20, "0.2");
      Thread.ofPlatform().daemon().start(most);
      allReturn(calls);
      over.set(true);
      assertThat(most.get(10, TimeUnit.SECONDS)).isBetween(1, 3);
      assertThat(instances(bench)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void light_calls_do_not_stand_behind_a_flood_of_computing_ones() throws Exception {
    try (var bench = open(dir, 200)) {
      Version spinner = bench.function("spinner", SPIN);
      Version light = bench.function("light", ECHO);
      bench.call(light, "1");
      var flood = calling(bench, spinner, 30, "0.3");
      Bench.await("they wait", () -> bench.worker.census().queued() > 20);
      for (int i = 0; i < 20; i++) {
        assertThat(Bench.text(bench.call(light, "1"))).isEqualTo("1");
      }
      assertThat(flood.stream().filter(FutureTask::isDone).count()).isLessThan(25);
      allReturn(flood);
    }
  }

  @Test
  void who_would_wait_too_long_is_refused_at_once_and_told_when_to_come_again() throws Exception {
    var narrow = Bench.pool(Bytes.mebi(64), 100, 100, Duration.ofSeconds(8));
    try (var bench = Bench.open(dir, narrow)) {
      Version sleeper = bench.function("sleeper", SLEEP);
      bench.call(sleeper, "3");
      var calls = new ArrayList<FutureTask<Outcome>>();
      for (int waiting = 0; waiting < 3; waiting++) {
        calls.add(bench.calling(sleeper, "3"));
        int expected = waiting;
        Bench.await("it waits", () -> bench.worker.census().queued() == expected);
      }
      Bench.await("it is seen to sleep", () -> bench.worker.census().load() < 0.3);
      Outcome refused = bench.call(sleeper, "3");
      assertThat(refused).isInstanceOf(Outcome.Rejected.class);
      var rejected = (Outcome.Rejected) refused;
      assertThat(rejected.reason()).isEqualTo(Reason.QUEUE_FULL);
      assertThat(rejected.retryAfter()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
      allReturn(calls);
    }
  }

  @Test
  void one_slow_call_is_no_reason_to_refuse_others() throws Exception {
    var narrow = Bench.pool(Bytes.mebi(64), 100, 100, Patience.of(Duration.ofSeconds(2)));
    try (var bench = Bench.open(dir, narrow)) {
      Version spinner = bench.function("spinner", SPIN);
      bench.call(spinner, "0.5");
      allReturn(calling(bench, spinner, 20, "0.02"));
    }
  }

  @Test
  void with_no_keep_alive_an_instance_ends_with_its_call() throws Exception {
    try (var bench = Bench.open(dir, Bench.idle(Duration.ofSeconds(1), Duration.ZERO))) {
      Version echo = bench.function("echo", ECHO);
      bench.call(echo, "1");
      assertThat(instances(bench)).isZero();
      assertThat(bench.worker.census().charged()).isEqualTo(Bytes.ZERO);
    }
  }
}
