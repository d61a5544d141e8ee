package org.openlambda.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;

/// Opening, draining and closing a worker, and what a killed one leaves.
@Tag("root")
@Timeout(40)
class LifeOfAWorkerTest {
  private static final String SLEEP = "import time\ndef f(event):\n  time.sleep(event)\n";

  @TempDir private Path dir;

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  /// The worker's control groups, in all hierarchies.
  private List<Path> groups() throws IOException {
    var sum = new CRC32();
    sum.update(dir.resolve("state").toString().getBytes(UTF_8));
    String name = "openlambda-%08x".formatted(sum.getValue());
    while (true) {
      try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
        return all.filter(p -> p.endsWith(name)).toList();
      } catch (UncheckedIOException e) {
        // a group went away meanwhile, ours or somebody else's: look again
        assertThat(e.getCause()).isInstanceOf(NoSuchFileException.class);
      }
    }
  }

  /// What the descriptors of this process are open on, but for what the JVM opens by itself.
  private static List<String> descriptors() throws IOException {
    var targets = new ArrayList<String>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : all.toList()) {
        try {
          targets.add(Files.readSymbolicLink(fd).toString().replaceAll("[0-9]+", "N"));
        } catch (IOException closedMeanwhile) {
          assertThat(fd).isNotNull();
        }
      }
    }
    targets.removeIf(target -> target.endsWith(".jar") || target.startsWith("/usr"));
    return targets.stream().sorted().toList();
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current().descendants().toList();
  }

  @Test
  void a_closed_worker_leaves_no_process_no_group_and_no_descriptor() throws Exception {
    runOnce(); // what the JVM opens once and for all
    var before = descriptors();
    runOnce();
    assertThat(children()).as("processes, zombies among them").isEmpty();
    assertThat(groups()).isEmpty();
    Bench.await("all descriptors are closed", () -> sameAs(before));
  }

  private static boolean sameAs(List<String> before) {
    try {
      var now = new ArrayList<>(descriptors());
      before.forEach(now::remove);
      return now.isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runOnce() throws IOException {
    try (var bench = Bench.open(dir)) {
      Version echo = bench.function("echo", "def f(event):\n  return event\n");
      assertThat(Bench.text(bench.call(echo, "1"))).isEqualTo("1");
      bench.call(bench.function("broken", "import nothing\n"), "1");
      bench.call(bench.function("dies", "import os\ndef f(event):\n  os._exit(1)\n"), "1");
      assertThat(groups()).isNotEmpty();
    }
  }

  @Test
  void calls_that_run_or_wait_when_the_worker_closes_are_told_and_nothing_hangs() throws Exception {
    var narrow = Bench.pool(Bytes.mebi(128), 100, 100, Patience.of(Duration.ofSeconds(20)));
    var calls = new ArrayList<FutureTask<Outcome>>();
    long closing;
    try (var bench = Bench.open(dir, narrow)) {
      Version sleeper = bench.function("sleeper", SLEEP);
      for (int i = 0; i < 4; i++) {
        calls.add(bench.calling(sleeper, "9"));
      }
      Bench.await(
          "two run and two wait",
          () -> bench.worker.census().lent().size() == 2 && bench.worker.census().queued() == 2);
      closing = System.nanoTime();
    }
    assertThat(System.nanoTime() - closing)
        .isLessThan(TimeUnit.SECONDS.toNanos(Patience.ofSeconds(5)));
    int lost = 0;
    for (var call : calls) {
      Outcome outcome = call.get(Patience.ofSeconds(1), TimeUnit.SECONDS);
      assertThat(outcome).isInstanceOfAny(Outcome.Lost.class, Outcome.Rejected.class);
      lost += outcome instanceof Outcome.Lost ? 1 : 0;
    }
    assertThat(lost).isEqualTo(2);
    assertThat(groups()).isEmpty();
  }

  @Test
  void a_worker_that_closes_at_once_leaves_nothing() throws IOException {
    Bench.open(dir).close();
    assertThat(groups()).isEmpty();
    assertThat(children()).as("processes, zombies among them").isEmpty();
  }

  @Test
  void a_draining_worker_ends_what_runs_and_begins_nothing() throws Exception {
    try (var bench = Bench.open(dir)) {
      Version sleeper = bench.function("sleeper", SLEEP);
      var running = bench.calling(sleeper, "0.4");
      Bench.await("it runs", () -> bench.worker.census().lent().size() == 1);
      bench.worker.drain();
      assertThat(bench.call(sleeper, "0"))
          .isEqualTo(new Outcome.Rejected(Outcome.Reason.DRAINING, Duration.ofSeconds(1)));
      assertThat(Bench.text(Bench.outcome(running))).isEqualTo("null");
    }
  }

  @Test
  void a_folder_is_used_by_one_worker_at_a_time() throws IOException {
    try (var bench = Bench.open(dir)) {
      assertThat(bench.worker.zygotes()).isNotNull();
      assertThatThrownBy(() -> Bench.open(dir))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is used by another worker");
    }
  }

  @Test
  void an_installation_that_lacks_something_is_named() {
    var config = Bench.config(dir);
    var broken =
        new WorkerConfig(
            dir,
            config.state(),
            config.python(),
            config.pool(),
            config.nursery(),
            config.freezeAfter());
    assertThatThrownBy(() -> Bench.open(dir, c -> broken))
        .hasMessageContaining("libexec/launcher is missing")
        .hasNoSuppressedExceptions();
  }

  @Test
  void what_a_killed_worker_left_is_removed_by_the_next_one() throws Exception {
    Process predecessor = startPredecessor();
    List<ProcessHandle> left = predecessor.descendants().toList();
    assertThat(left).isNotEmpty();
    predecessor.destroyForcibly().waitFor();
    assertThat(groups()).isNotEmpty();
    try (var bench = Bench.open(dir)) {
      Bench.await("all its processes are dead", () -> left.stream().noneMatch(this::runs));
      Version echo = bench.function("echo", "def f(event):\n  return event\n");
      assertThat(Bench.text(bench.call(echo, "1"))).isEqualTo("1");
    }
    assertThat(groups()).isEmpty();
  }

  /// Whether a process is more than a dead one that nobody has waited for.
  private boolean runs(ProcessHandle process) {
    try {
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
      return !status.contains("State:\tZ");
    } catch (IOException gone) {
      return false;
    }
  }

  private Process startPredecessor() throws IOException {
    var java = Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin/java");
    var process =
        new ProcessBuilder(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dopenlambda.home=" + System.getProperty("openlambda.home"),
                "-Dopenlambda.slow=" + Patience.ofSeconds(1),
                "-cp",
                System.getProperty("java.class.path"),
                Predecessor.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines = process.inputReader(UTF_8);
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("what the predecessor says").isNotNull();
      if ("ready".equals(line)) {
        return process;
      }
    }
  }
}
