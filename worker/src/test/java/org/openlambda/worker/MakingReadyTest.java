package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Patience;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.sandbox.Deadlines;

/// How long it may take until a sandbox is there, and until it has code and request: ten seconds
/// each, on a clock that jumps.
@Tag("root")
@Timeout(60)
class MakingReadyTest {
  private static final Duration ALMOST = Patience.of(Duration.ofMillis(9_500));
  private static final Duration MORE = Patience.of(Duration.ofMillis(10_500));
  private static final String ECHO = "def f(event):\n  return event\n";

  @TempDir private Path dir;

  private final Jumping time = new Jumping();

  /// The machine's monotonic clock. It jumps when it is told to, or when the thread that brings
  /// code to sandboxes looks at it next.
  private static final class Jumping implements Time {
    private final AtomicLong jumped = new AtomicLong();
    private final AtomicLong atMounter = new AtomicLong();

    void jump(Duration by) {
      jumped.addAndGet(by.toNanos());
    }

    void jumpAtMounter(Duration by) {
      atMounter.set(by.toNanos());
    }

    @Override
    public long nanos() {
      if (Thread.currentThread().getName().equals("mounter")) {
        jumped.addAndGet(atMounter.getAndSet(0));
      }
      return System.nanoTime() + jumped.get();
    }

    @Override
    public Instant now() {
      return Instant.now();
    }
  }

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  @Test
  void a_sandbox_that_has_code_and_request_after_10_s_is_given_up_and_the_call_is_lost()
      throws IOException {
    try (var bench = Bench.open(dir, config -> config, time)) {
      Version first = bench.function("first", ECHO, Sample.limits(Bytes.mebi(64), MORE));
      time.jumpAtMounter(ALMOST);
      assertThat(Bench.text(bench.call(first, "1"))).isEqualTo("1");
      Version second = bench.function("second", ECHO, Sample.limits(Bytes.mebi(64), MORE));
      time.jumpAtMounter(MORE);
      Outcome outcome = bench.call(second, "1");
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Lost.class,
              lost ->
                  assertThat(lost.why())
                      .contains(
                          "it took more than " + Patience.ofSeconds(10) + " s",
                          "the handler was not run"));
      assertThat(bench.worker.census().lent()).isEmpty();
      assertThat(Bench.text(bench.call(second, "2"))).isEqualTo("2");
    }
  }

  @Test
  void a_timeout_counts_from_when_it_has_both_however_long_that_took() throws IOException {
    var limits = Sample.limits(Bytes.mebi(64), Duration.ofMillis(200));
    try (var bench = Bench.open(dir, config -> config, time)) {
      Version late =
          bench.function("late", "import time\ndef f(event):\n  time.sleep(9)\n", limits);
      time.jumpAtMounter(ALMOST);
      long begin = System.nanoTime();
      assertThat(bench.call(late, "1")).isInstanceOf(Outcome.TimedOut.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(limits.timeout());
    }
  }

  @Test
  void a_sandbox_that_is_not_ready_within_10_s_is_ended() throws IOException {
    Path home = Files.createDirectories(dir.resolve("home"));
    install(home, "server.greet()", "import time; time.sleep(99); server.greet()");
    var hasty = Bench.pool(Bytes.mebi(256), 10, 10, Duration.ofMillis(10));
    var one = Bench.waiting(1);
    try (var bench =
        Bench.open(
            dir,
            c -> {
              var config = hasty.apply(one.apply(c));
              return new WorkerConfig(
                  home,
                  config.state(),
                  config.python(),
                  config.pool(),
                  config.nursery(),
                  config.freezeAfter());
            },
            time)) {
      Bench.await("one is being born", () -> !born(bench).isEmpty());
      long begin = time.nanos();
      ProcessHandle sandbox = born(bench).getFirst();
      time.jump(ALMOST);
      LockSupport.parkNanos(10 * Deadlines.GRAIN_NANOS);
      assertThat(sandbox.isAlive()).isTrue();
      time.jump(MORE.minus(ALMOST));
      Bench.await("it is ended", () -> !sandbox.isAlive());
      assertThat(Duration.ofNanos(time.nanos() - begin))
          .isLessThan(MORE.plus(Patience.of(Duration.ofSeconds(5))));
      Version echo = bench.function("echo", ECHO);
      Bench.await("its end is told", () -> told(bench.call(echo, "1")));
    }
  }

  private static boolean told(Outcome outcome) {
    return outcome instanceof Outcome.Lost lost && lost.why().contains("died before it was ready");
  }

  /// Children of the zygote, which the launcher's first process has made in a pid namespace.
  private static List<ProcessHandle> born(Bench bench) {
    return bench.worker.zygotes().stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(ProcessHandle::children)
        .flatMap(ProcessHandle::children)
        .flatMap(ProcessHandle::children)
        .toList();
  }

  /// The installation, with the first moments of a sandbox changed.
  private static void install(Path home, String before, String after) throws IOException {
    Path from = Requirements.installation().resolve("libexec");
    Path to = home.resolve("libexec");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Path birth = to.resolve("runtimes/python/openlambda_runtime/birth.py");
    String changed = Files.readString(birth).replace(before, after);
    assertThat(changed).contains(after);
    Files.writeString(birth, changed);
  }
}
