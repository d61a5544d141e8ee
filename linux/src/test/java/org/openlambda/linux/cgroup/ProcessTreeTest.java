package org.openlambda.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;

/// A group on a machine that has none: real processes, looked at.
class ProcessTreeTest {
  private static final long MIB = 1 << 20;
  private static final GroupLimits LIMITS = new GroupLimits(64 * MIB, 20, 1);

  private final Cgroups cgroups = Cgroups.none();
  private final Cgroup group = cgroups.child("tree", LIMITS);
  private final Pipe words = Pipe.open();
  private int pid;

  private void start(String program) {
    pid =
        Spawn.of("/usr/bin/python3", "-ISc", "import os, time\n" + program)
            .withDescriptor(1, words.write())
            .start();
    words.write().close();
    try (PidFd process = PidFd.open(pid)) {
      group.begin(process);
    }
    group.limit(LIMITS);
  }

  @AfterEach
  void nothing_stays_behind() {
    group.kill();
    try {
      ChildExit.waitFor(pid);
    } catch (LinuxException _) {
      // the test has waited for it
    }
    assertThat(eventually(group::remove)).isTrue();
    cgroups.close();
    words.close();
  }

  private static boolean eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(2_000_000);
    }
    return condition.getAsBoolean();
  }

  /// The letter of its state in `proc_pid_stat(5)`.
  private static String state(int process) {
    String stat = KernelFile.read("/proc/" + process + "/stat");
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[0];
  }

  private List<Integer> children() {
    String found = KernelFile.read("/proc/" + pid + "/task/" + pid + "/children").strip();
    return Stream.of(found.split(" ")).filter(s -> !s.isEmpty()).map(Integer::valueOf).toList();
  }

  @Test
  void whoever_takes_more_memory_than_the_limit_is_killed() {
    start("held = []\nwhile True:\n    held.append(bytearray(1 << 20))\n    time.sleep(0.001)");
    assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Killed(9, false));
    assertThat(group.oomKills()).isEqualTo(1);
    assertThat(group.peakMemoryBytes()).isGreaterThan(64 * MIB);
  }

  @Test
  void memory_of_children_counts_too() {
    start(
        """
        for _ in range(9):
            if os.fork() == 0:
                held = bytearray(10 << 20)
                time.sleep(20)
                os._exit(0)
        time.sleep(60)
        """);
    assertThat(eventually(() -> children().size() == 9)).isTrue();
    List<Integer> all = children();
    assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Killed(9, false));
    assertThat(group.oomKills()).isEqualTo(1);
    all.forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
  }

  @Test
  void stopped_it_stands_still_with_its_children_and_goes_on_when_told() {
    start("if os.fork() == 0:\n    while True: pass\ntime.sleep(60)");
    assertThat(eventually(() -> children().size() == 1)).isTrue();
    int child = children().getFirst();
    group.freeze();
    assertThat(eventually(() -> state(child).equals("T") && state(pid).equals("T"))).isTrue();
    group.thaw();
    assertThat(eventually(() -> state(child).equals("R") && state(pid).equals("S"))).isTrue();
    assertThat(group.processes()).isEqualTo(2);
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void processor_time_is_that_of_all_its_processes() {
    start(
        """
        def burn():
            end = time.process_time() + 0.2
            while time.process_time() < end: pass
        if os.fork() == 0:
            burn()
            os._exit(0)
        burn()
        os.wait()
        time.sleep(60)
        """);
    assertThat(eventually(() -> group.cpuMicros() >= 380_000)).isTrue();
    assertThat(group.cpuMicros()).isLessThan(2_000_000);
  }

  @Test
  void a_group_is_not_gone_before_its_first_process_is() {
    start("time.sleep(60)");
    assertThat(group.remove()).isFalse();
    group.kill();
    ChildExit.waitFor(pid);
    assertThat(group.remove()).isTrue();
  }
}
