package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;

/// Handlers that take all there is. They get what their limits say, and the next call is served.
final class Hunger {
  private static final Limits USUAL = Limits.DEFAULT;
  private static final int MOST_FILES = 1024;
  private static final int BYTES_PER_INODE = 4096;

  private Hunger() {}

  static List<Attack> attacks() {
    return List.of(
        atMost("hunger.thread_bomb", "cgroup pids", Map.of("most", 2000), USUAL.processes()),
        atMost("hunger.fill_tmp", "size of /tmp", Map.of("most", 1L << 30), USUAL.tmp().count()),
        atMost(
            "hunger.fill_inodes",
            "inodes of /tmp",
            Map.of("most", 1 << 20),
            USUAL.tmp().count() / BYTES_PER_INODE),
        atMost("hunger.descriptors", "rlimits", Map.of("most", 100_000), MOST_FILES),
        atMost("hunger.lock_memory", "rlimits, seccomp", Map.of(), -1),
        new Attack("hunger.fork_bomb", "cgroup pids", Hunger::forkBomb),
        outOfMemory("hunger.memory_hog"),
        outOfMemory("hunger.shared_memory_hog"),
        new Attack("hunger.family_hog", "cgroup memory", Hunger::familyHog),
        new Attack("hunger.kernel_hog", "cgroup memory, rlimits", Hunger::kernelHog),
        new Attack("hunger.log_flood", "back-pressure of the log", Hunger::logFlood),
        new Attack("hunger.endless_line", "longest line", Hunger::endlessLine),
        new Attack("hunger.spin", "cgroup cpu", Hunger::spin),
        new Attack("hunger.core_dump", "rlimits", Hunger::coreDump),
        timeOut("hunger.sleep_for_ever"),
        new Attack("hunger.stop_everything", "pid namespace, deadline", Hunger::stopEverything),
        new Attack("hunger.leave", "undertaker", Hunger::leave));
  }

  private static Map<String, Object> event(String function, Map<String, ?> more) {
    var event = new java.util.HashMap<String, Object>(more);
    event.put("attack", function);
    return event;
  }

  /// An attack that returns how much it got.
  private static Attack atMost(String function, String layer, Map<String, ?> more, long most) {
    return new Attack(
        function,
        layer,
        stage -> {
          long got = stage.answer(Stage.attacker(), event(function, more)).asLong();
          assertThat(got).isLessThanOrEqualTo(most).isNotZero();
          stage.assertUnharmed();
          return "got " + got + " of at most " + most;
        });
  }

  private static Attack outOfMemory(String function) {
    return new Attack(
        function,
        "cgroup memory",
        stage -> {
          Outcome outcome = stage.call(Stage.attacker(), event(function, Map.of()));
          assertThat(outcome).isInstanceOf(Outcome.OutOfMemory.class);
          stage.assertUnharmed();
          return "out of memory";
        });
  }

  private static Version hurried(Duration timeout) throws IOException {
    return Stage.attacker(Stage.limits(timeout, USUAL.memory()));
  }

  private static Attack timeOut(String function) {
    return new Attack(
        function,
        "deadline",
        stage -> {
          Outcome outcome = stage.call(hurried(Duration.ofMillis(300)), event(function, Map.of()));
          assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
          stage.assertUnharmed();
          return "timed out";
        });
  }

  private static String forkBomb(Stage stage) throws Exception {
    long refused =
        stage.answer(Stage.attacker(), event("hunger.fork_bomb", Map.of("seconds", 1.5))).asLong();
    assertThat(refused).isPositive();
    stage.assertUnharmed();
    return refused + " forks refused to one process";
  }

  /// Many processes, each with little: whoever the kernel kills, together they stay below the
  /// limit.
  private static String familyHog(Stage stage) throws Exception {
    Outcome outcome =
        stage.call(hurried(Duration.ofSeconds(3)), event("hunger.family_hog", Map.of()));
    assertThat(outcome).isInstanceOf(Outcome.Ran.class).isNotInstanceOf(Outcome.Returned.class);
    Bytes peak = ((Outcome.Ran) outcome).usage().peakMemory();
    assertThat(peak).isLessThanOrEqualTo(USUAL.memory());
    stage.assertUnharmed();
    return outcome.getClass().getSimpleName() + ", peak " + peak;
  }

  private static String kernelHog(Stage stage) throws Exception {
    Outcome outcome = stage.call(Stage.attacker(), event("hunger.kernel_hog", Map.of()));
    assertThat(outcome).isInstanceOf(Outcome.Ran.class);
    Bytes peak = ((Outcome.Ran) outcome).usage().peakMemory();
    assertThat(peak).isLessThanOrEqualTo(USUAL.memory());
    stage.assertUnharmed();
    return outcome.getClass().getSimpleName() + ", peak " + peak;
  }

  private static String logFlood(Stage stage) throws Exception {
    long heap = Heap.used();
    long lines = stage.printedLines();
    var event = event("hunger.log_flood", Map.of("seconds", 1, "line", 1));
    long bytes = stage.answer(Stage.attacker(), event).asLong();
    assertThat(bytes).isPositive();
    assertThat(Heap.used() - heap).as("heap kept").isLessThan(Heap.SMALL);
    stage.assertUnharmed();
    return (stage.printedLines() - lines) + " lines";
  }

  private static String endlessLine(Stage stage) throws Exception {
    long heap = Heap.used();
    stage.answer(Stage.attacker(), event("hunger.endless_line", Map.of("mebibytes", 32)));
    assertThat(Heap.used() - heap).as("heap kept").isLessThan(Heap.SMALL);
    assertThat(stage.lastLines()).allMatch(line -> line.text().length() <= 16 * 1024);
    stage.assertUnharmed();
    return "cut into lines";
  }

  /// Half a core is what it gets, and a light function beside it is served.
  private static String spin(Stage stage) throws Exception {
    var half =
        new Limits(
            USUAL.memory(),
            Patience.of(Duration.ofSeconds(10)),
            USUAL.processes(),
            0.5,
            USUAL.tmp(),
            USUAL.network());
    Version version = Stage.attacker(half);
    var ended = new java.util.concurrent.CompletableFuture<Outcome>();
    Thread.startVirtualThread(
        () -> ended.complete(stage.call(version, event("hunger.spin", Map.of("seconds", 1.5)))));
    long slowest = 0;
    int served = 0;
    for (; !ended.isDone(); served++) {
      long start = System.nanoTime();
      stage.assertServes();
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    assertThat(ended.join()).isInstanceOf(Outcome.Ran.class);
    var usage = ((Outcome.Ran) ended.join()).usage();
    double cores = usage.cpu().toNanos() / (double) usage.wall().toNanos();
    assertThat(cores).as("cores used by the hog").isLessThan(0.8);
    assertThat(served).as("calls served beside it").isGreaterThan(20);
    stage.assertUnharmed();
    return "%.2f cores; %d calls served beside it, the slowest in %d ms"
        .formatted(cores, served, slowest / 1_000_000);
  }

  private static String coreDump(Stage stage) throws Exception {
    Outcome outcome = stage.call(Stage.attacker(), event("hunger.core_dump", Map.of()));
    assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
    assertThat(((Outcome.Crashed) outcome).how()).isEqualTo(new Exit.Signal(11));
    stage.assertUnharmed();
    return "killed by its own signal 11, no core";
  }

  private static String stopEverything(Stage stage) throws Exception {
    Outcome outcome =
        stage.call(hurried(Duration.ofMillis(500)), event("hunger.stop_everything", Map.of()));
    assertThat(outcome).isInstanceOfAny(Outcome.Returned.class, Outcome.TimedOut.class);
    stage.assertUnharmed();
    return outcome.getClass().getSimpleName();
  }

  private static String leave(Stage stage) throws Exception {
    Outcome outcome = stage.call(Stage.attacker(), event("hunger.leave", Map.of("status", 0)));
    assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
    assertThat(((Outcome.Crashed) outcome).how()).isEqualTo(new Exit.Status(0));
    stage.assertUnharmed();
    return "exited with status 0, no answer made of it";
  }
}
