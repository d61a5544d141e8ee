package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

/// Clocks that jump: the wall clock when it is set, the monotonic one when the worker was paused
/// for long. The whole worker gets them; the machine's own are left alone.
@Tag("root")
@Timeout(60)
class ClockStepTest {
  private static final Duration DAY = Duration.ofDays(1);

  /// The same number for as long as the sandbox is the same.
  private static final String BORN =
      "import time\nborn = time.monotonic_ns()\ndef f(event):\n  print(event)\n  return born\n";

  private static final String SLEEPER =
      """
      import time
      def f(event):
        print("asleep", flush=True)
        time.sleep(event)
        return "awake"
      """;

  @TempDir private Path dir;

  private final SteppedTime time = new SteppedTime();

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  /// The machine's clocks, moved. Its monotonic clock has an origin of its own, as every one may.
  private static final class SteppedTime implements Time {
    private final AtomicLong monotonicStep = new AtomicLong(-5_000_000_000_000_000_000L);
    private final AtomicLong wallStep = new AtomicLong();

    @Override
    public long nanos() {
      return System.nanoTime() + monotonicStep.get();
    }

    @Override
    public Instant now() {
      return Instant.now().plusNanos(wallStep.get());
    }
  }

  private static Duration wall(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Returned.class);
    return ((Outcome.Returned) outcome).usage().wall();
  }

  @Test
  void a_wall_clock_that_is_set_changes_no_call_no_bill_and_ends_no_sandbox() throws IOException {
    try (var bench = Bench.open(dir, config -> config, time)) {
      Version born = bench.function("born", BORN);
      String first = Bench.text(bench.call(born, "1"));
      for (Duration step : new Duration[] {DAY, DAY.negated().multipliedBy(30)}) {
        time.wallStep.set(step.toNanos());
        Outcome after = bench.call(born, "2");
        assertThat(Bench.text(after)).isEqualTo(first);
        assertThat(wall(after)).isBetween(Duration.ZERO, Duration.ofSeconds(20));
        assertThat(Duration.between(bench.logs.getLast().at(), time.now()).abs())
            .isLessThan(Duration.ofSeconds(20));
      }
    }
  }

  @Test
  void a_timeout_comes_in_time_whatever_the_clock_counts_from() throws IOException {
    try (var bench = Bench.open(dir, config -> config, time)) {
      var limits = Sample.limits(Bytes.mebi(64), Duration.ofMillis(300));
      Version sleeper = bench.function("sleeper", SLEEPER, limits);
      long begin = System.nanoTime();
      assertThat(bench.call(sleeper, "30")).isInstanceOf(Outcome.TimedOut.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
    }
  }

  @Test
  void after_a_long_pause_running_calls_are_late_idle_sandboxes_go_and_the_next_call_is_served()
      throws Exception {
    try (var bench = Bench.open(dir, config -> config, time)) {
      Version born = bench.function("born", BORN);
      Version sleeper = bench.function("sleeper", SLEEPER);
      String first = Bench.text(bench.call(born, "1"));
      var running = bench.calling(sleeper, "30");
      Bench.await(
          "it runs", () -> bench.logs.stream().anyMatch(line -> line.text().equals("asleep")));
      time.monotonicStep.addAndGet(Duration.ofHours(1).toNanos());
      assertThat(Bench.outcome(running)).isInstanceOf(Outcome.TimedOut.class);
      Bench.await("the idle one is given up", () -> bench.worker.census().idle().isEmpty());
      assertThat(Bench.text(bench.call(born, "2"))).isNotEqualTo(first);
      assertThat(Bench.text(bench.call(sleeper, "0"))).isEqualTo("\"awake\"");
    }
  }
}
