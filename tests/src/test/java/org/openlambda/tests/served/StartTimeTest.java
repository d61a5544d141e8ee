package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.system.Kernel;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// How long people wait for `ol`. Processor time, which what else the machine does hardly changes,
/// as a multiple of what a JVM takes that does nothing, as machines differ.
@Tag("root")
@Timeout(120)
final class StartTimeTest {
  /// Of `java -version`, on the machine that the promises were made on.
  private static final Duration BARE = Duration.ofMillis(30);

  private static final Duration PROMISED_HELP = Duration.ofMillis(300);
  private static final Duration PROMISED_SERVER = Duration.ofSeconds(1);

  /// That work on a start: compilers run beside it.
  private static final int PROCESSORS = 2;

  private static final int ROUNDS = 5;
  private static final int CAP_SYS_NICE = 23;

  /// Clock ticks of `/proc`: `sysconf(_SC_CLK_TCK)` is 100 on every Linux with Java.
  private static final int TICKS_A_SECOND = 100;

  /// Runs something that is measured, to its end.
  private interface Run {
    void run() throws Exception;
  }

  private static Run command(String... words) {
    return () -> {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).isZero();
    };
  }

  /// Seconds of the processors that children of this process have used, once they have ended, with
  /// children that they have waited for: fields 16 and 17 of proc_pid_stat(5).
  private static double used() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / (double) TICKS_A_SECOND;
  }

  private static double seconds(Run run) throws Exception {
    double before = used();
    for (int i = 0; i < ROUNDS; i++) {
      run.run();
    }
    return (used() - before) / ROUNDS;
  }

  private static void assertTakes(String what, Run run, Duration promised) throws Exception {
    run.run(); // what is read is in memory then
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    double bare = seconds(command(java, "-version"));
    double took = seconds(run);
    System.out.printf(
        "%s: %.0f ms of processors, a bare JVM %.0f ms%n", what, took * 1e3, bare * 1e3);
    assertThat(took / bare).isLessThan((double) PROCESSORS * promised.toMillis() / BARE.toMillis());
  }

  @Test
  void help_is_there_within_300_ms() throws Exception {
    String ol = Machine.ROOT.resolve("ol").toString();
    assertTakes("ol --help", command(ol, "--help"), PROMISED_HELP);
  }

  @Test
  void a_server_is_ready_within_a_second(@TempDir Path folder) throws Exception {
    Functions functions = Functions.in(folder.resolve("functions"));
    functions.add("echo", "def f(event):\n    return event\n");
    assertTakes(
        "ol dev",
        () -> Server.start(functions.folder(), folder.resolve("state")).close(),
        PROMISED_SERVER);
  }

  /// The nice values of a process's compilers: field 19 of proc_pid_stat(5).
  private static Set<Integer> niceOfCompilers(long pid) throws IOException {
    var found = new TreeSet<Integer>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : tasks.toList()) {
        String stat = text(task.resolve("stat"));
        if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
          found.add(Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]));
        }
      }
    }
    return found;
  }

  /// Empty if the thread has ended meanwhile.
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException ended) {
      return "";
    }
  }

  /// Whether this process is root of the machine and not only of a namespace or a container.
  private static boolean isWhollyRoot() throws IOException {
    boolean machine = Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295");
    return machine && Kernel.isRoot() && Kernel.hasCapability(CAP_SYS_NICE);
  }

  @Test
  void compilers_have_what_is_left_over_until_a_server_has_started(@TempDir Path folder)
      throws Exception {
    Functions functions = Functions.in(folder.resolve("functions"));
    try (var server = Server.start(functions.folder(), folder.resolve("state"))) {
      assertThat(niceOfCompilers(server.pid())).containsExactly(isWhollyRoot() ? 19 : 5);
      Eventually.require(() -> niceOfCompilers(server.pid()), Set.of(5)::equals);
    }
  }
}
