package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.linux.process.PidFd;

/// What happens when a zygote dies, at whatever time.
@Tag("root")
@Timeout(30)
class ZygotesTest {
  private static final int SIGSTOP = 19;
  private static final int SIGCONT = 18;

  @TempDir private Path dir;

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  private static void killAll(List<Integer> launchers) {
    for (int pid : launchers) {
      try (var process = PidFd.open(pid)) {
        process.signal(PidFd.SIGKILL);
      }
    }
  }

  private static void awaitWaiting(Bench bench) {
    Bench.await("two sandboxes wait", () -> bench.worker.waitingSandboxes() >= 2);
  }

  @Test
  void a_dead_zygote_is_replaced_and_what_waited_too_before_anybody_calls() throws IOException {
    try (var bench = Bench.open(dir)) {
      awaitWaiting(bench);
      var before = bench.worker.zygotes();
      killAll(before);
      Bench.await(
          "new zygotes run", () -> bench.worker.zygotes().stream().noneMatch(before::contains));
      awaitWaiting(bench);
      Version echo = bench.function("echo", "def f(event):\n  return event\n");
      assertThat(Bench.text(bench.call(echo, "1"))).isEqualTo("1");
    }
  }

  @Test
  void a_worker_that_starts_sparingly_has_one_sandbox_until_it_is_filled() throws IOException {
    try (var bench = Bench.sparing(dir)) {
      Bench.await("one waits", () -> bench.worker.waitingSandboxes() == 1);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100)); // to make what it should not
      assertThat(bench.worker.waitingSandboxes()).isOne();
      assertThat(bench.worker.zygotes()).hasSize(1);
      bench.worker.fill();
      awaitWaiting(bench);
      Bench.await("two zygotes run", () -> bench.worker.zygotes().size() == 2);
    }
  }

  @Test
  void who_has_to_wait_for_a_sandbox_has_a_sparing_worker_filled() throws Exception {
    try (var bench = Bench.sparing(dir)) {
      Version sleeper =
          bench.function("sleeper", "import time\ndef f(event):\n  time.sleep(event)\n");
      var first = bench.calling(sleeper, "0.5");
      var second = bench.calling(sleeper, "0.5");
      Bench.await("two zygotes run", () -> bench.worker.zygotes().size() == 2);
      assertThat(Bench.text(Bench.outcome(first))).isEqualTo("null");
      assertThat(Bench.text(Bench.outcome(second))).isEqualTo("null");
    }
  }

  @Test
  void a_call_whose_zygote_dies_is_lost_and_the_next_one_is_served() throws Exception {
    try (var bench = Bench.open(dir)) {
      Version sleeper =
          bench.function("sleeper", "import time\ndef f(event):\n  time.sleep(event)\n");
      bench.call(sleeper, "0");
      var running = bench.calling(sleeper, "9");
      Bench.await("it runs", () -> bench.worker.census().lent().size() == 1);
      killAll(bench.worker.zygotes());
      Outcome lost = Bench.outcome(running);
      assertThat(lost).isInstanceOf(Outcome.Lost.class);
      assertThat(((Outcome.Lost) lost).why()).contains("zygote", "call again");
      assertThat(Bench.text(bench.call(sleeper, "0"))).isEqualTo("null");
    }
  }

  @Test
  void a_call_whose_sandbox_dies_before_it_has_the_request_gets_another_one() throws Exception {
    try (var bench = Bench.open(dir, Bench.waiting(2))) {
      Version echo = bench.function("echo", "def f(event):\n  return event\n");
      awaitWaiting(bench);
      List<ProcessHandle> zygotes =
          bench.worker.zygotes().stream()
              .flatMap(pid -> ProcessHandle.of(pid).stream())
              .flatMap(ProcessHandle::children)
              .toList();
      try {
        zygotes.forEach(zygote -> signal(zygote, SIGSTOP)); // or they would report the death
        zygotes.stream()
            .flatMap(ProcessHandle::children)
            .min(Comparator.comparingLong(ProcessHandle::pid)) // the first to be given away
            .ifPresent(ProcessHandle::destroyForcibly);
        assertThat(Bench.text(bench.call(echo, "1"))).isEqualTo("1");
      } finally {
        zygotes.forEach(zygote -> signal(zygote, SIGCONT));
      }
      assertThat(bench.worker.census().lent()).isEmpty();
    }
  }

  private static void signal(ProcessHandle process, int signal) {
    try (var handle = PidFd.open((int) process.pid())) {
      handle.signal(signal);
    }
  }

  @Test
  void callers_who_wait_while_zygotes_die_are_served_or_told() throws Exception {
    try (var bench = Bench.open(dir)) {
      Version echo = bench.function("echo", "def f(event):\n  return event\n");
      Version once = Sample.withoutReuse(echo);
      awaitWaiting(bench);
      var calls = new ArrayList<FutureTask<Outcome>>();
      for (int i = 0; i < 40; i++) {
        calls.add(bench.calling(once, Integer.toString(i)));
        if (i == 20) {
          killAll(bench.worker.zygotes());
        }
      }
      int answered = 0;
      for (var call : calls) {
        Outcome outcome = Bench.outcome(call);
        assertThat(outcome).isInstanceOfAny(Outcome.Returned.class, Outcome.Lost.class);
        answered += outcome instanceof Outcome.Returned ? 1 : 0;
      }
      assertThat(answered).isPositive();
      assertThat(bench.worker.census().lent()).isEmpty();
      assertThat(Bench.text(bench.call(once, "1"))).isEqualTo("1");
    }
  }
}
