package org.openlambda.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.Requirements;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.system.Kernel;

class CgroupsTest {
  private static final String PARENT = "ol-test-" + ProcessHandle.current().pid();
  private static final long MIB = 1 << 20;
  private static final GroupLimits LIMITS = new GroupLimits(64 * MIB, 20, 1);
  private static final int UNPRIVILEGED = 12345;
  private static final String ALLOCATE = "python3 -ISc 'b = bytearray(%d << 20)'";

  @TempDir private static Path dir;

  private final OpenGauges gauges = new OpenGauges(6);
  private Cgroups cgroups = Cgroups.open(PARENT, gauges);
  private Path program = Path.of("/");

  @BeforeEach
  void needs_root_groups_and_a_compiler() throws IOException {
    Requirements.root();
    assumeTrue(cgroups.mode() != CgroupMode.NONE, "SKIPPED: no group can be made here");
    var compiled = Member.compile(dir);
    assumeTrue(compiled.isPresent(), "SKIPPED: no C compiler");
    program = compiled.orElseThrow();
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    System.out.printf("groups: %s on Linux %s%n", cgroups.mode(), Kernel.release());
  }

  @AfterEach
  void nothing_stays_behind() throws IOException {
    cgroups.killAndRemoveLeftovers();
    cgroups.close();
    assertThat(groupsOfOurs()).isEmpty();
  }

  private static List<Path> groupsOfOurs() throws IOException {
    while (true) {
      try (Stream<Path> all = Files.find(Path.of("/sys/fs/cgroup"), 6, (p, _) -> isOurs(p))) {
        return all.toList();
      } catch (UncheckedIOException e) {
        // a group of somebody else went away meanwhile: look again
        assertThat(e.getCause()).isInstanceOf(NoSuchFileException.class);
      }
    }
  }

  private static boolean isOurs(Path path) {
    return path.toString().contains(PARENT);
  }

  @Test
  void everything_can_be_limited() {
    assertThat(cgroups.missing()).isEmpty();
  }

  @Test
  void a_process_is_born_in_its_group_and_leaves_it_at_its_end() {
    Cgroup group = cgroups.child("a", LIMITS);
    try (Member member = Member.start(program, group, "echo here; exec cat")) {
      assertThat(member.hear()).isEqualTo("here");
      assertThat(group.processes()).isEqualTo(1);
      assertThat(group.memoryBytes()).isPositive();
      assertThat(group.remove()).isFalse();
    }
    await(group::remove);
    assertThat(group.remove()).isTrue();
  }

  @Test
  void the_counters_of_a_group_that_somebody_removed_stay_where_they_were() {
    Cgroup group = cgroups.child("a", LIMITS);
    long cpu;
    long peak;
    try (Member member = Member.start(program, group, "echo here; exec cat")) {
      assertThat(member.hear()).isEqualTo("here");
      cpu = group.cpuMicros();
      peak = group.peakMemoryBytes();
    }
    assertThat(peak).isPositive();
    await(cgroups.leftovers().getFirst()::remove);
    assertThat(group.cpuMicros()).isEqualTo(cpu);
    assertThat(group.peakMemoryBytes()).isEqualTo(peak);
    assertThat(group.oomKills()).isZero();
    group.thaw();
    await(group::remove);
  }

  @Test
  void a_zygotes_place_that_somebody_removed_is_made_again() throws IOException {
    ZygoteGroup place = cgroups.zygoteGroup("z", UNPRIVILEGED);
    await(place::remove);
    for (Path parent : groupsOfOurs()) {
      if (parent.endsWith(PARENT)) { // not the place where those are that were moved aside
        Files.delete(parent);
      }
    }
    place.restore();
    place.restore();
    Cgroup child = place.child("c", LIMITS);
    try (Member member = Member.start(program, child, "echo here; exec cat")) {
      assertThat(member.hear()).isEqualTo("here");
    }
    await(child::remove);
    await(place::remove);
  }

  @Test
  void more_memory_than_the_limit_kills_the_process_and_is_counted() {
    Cgroup group = cgroups.child("a", new GroupLimits(32 * MIB, 20, 1));
    try (Member member = Member.start(program, group, "exec " + ALLOCATE.formatted(100))) {
      assertThat(member.exit()).isEqualTo(128 + 9);
    }
    assertThat(group.oomKills()).isEqualTo(1);
    assertThat(group.peakMemoryBytes()).isBetween(30 * MIB, 32 * MIB);
    await(group::remove);
  }

  @Test
  void a_child_killed_for_memory_does_not_take_its_parent_with_it() {
    Cgroup group = cgroups.child("a", new GroupLimits(32 * MIB, 20, 1));
    String script = ALLOCATE.formatted(100) + "; echo survived $?";
    try (Member member = Member.start(program, group, script)) {
      assertThat(member.hear()).isEqualTo("survived 137");
      assertThat(member.exit()).isZero();
    }
    assertThat(group.oomKills()).isEqualTo(1);
  }

  @Test
  void limits_can_be_raised_and_lowered_while_the_group_is_in_use() {
    Cgroup group = cgroups.child("a", new GroupLimits(32 * MIB, 20, 1));
    group.limit(new GroupLimits(256 * MIB, 20, 0.5));
    try (Member member = Member.start(program, group, ALLOCATE.formatted(100) + "; exec cat")) {
      member.say("still here");
      assertThat(member.hear()).isEqualTo("still here");
      group.limit(new GroupLimits(64 * MIB, 10, 2));
      assertThat(group.oomKills()).isZero();
      assertThatThrownBy(() -> group.limit(new GroupLimits(64 * MIB, 10, 1e15)))
          .isInstanceOf(LinuxException.class);
    }
  }

  @Test
  void no_more_processes_start_than_the_limit_allows() {
    Cgroup group = cgroups.child("a", new GroupLimits(64 * MIB, 5, 1));
    String fork =
        """
        exec python3 -ISc '
        import os
        n = 0
        try:
          while os.fork() > 0: n += 1
          os.read(0, 1)
        except OSError as e: print(n, e.errno)
        '
        """;
    try (Member member = Member.start(program, group, fork)) {
      assertThat(member.hear()).isEqualTo("4 " + Errno.EAGAIN);
    }
  }

  @Test
  void processor_time_is_metered_also_of_those_that_have_ended() {
    Cgroup group = cgroups.child("a", LIMITS);
    String spin = "python3 -ISc 'import time\nwhile time.process_time() < 0.1: pass'";
    try (Member member = Member.start(program, group, spin)) {
      assertThat(member.exit()).isZero();
    }
    assertThat(group.cpuMicros()).isBetween(100_000L, 20_000_000L);
  }

  @Test
  void the_peak_of_memory_is_metered_also_after_it_was_given_back() {
    Cgroup group = cgroups.child("a", LIMITS);
    try (Member member = Member.start(program, group, ALLOCATE.formatted(40) + "; exec cat")) {
      member.say("done");
      assertThat(member.hear()).isEqualTo("done");
      assertThat(group.peakMemoryBytes()).isBetween(40 * MIB, 64 * MIB);
      assertThat(group.memoryBytes()).isLessThan(40 * MIB);
    }
  }

  @Test
  void all_groups_together_weigh_a_thread_a_processor_beside_threads_of_ours_else_what_is_usual()
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    for (Path parent : groupsOfOurs()) {
      Path shares = parent.resolve("cpu.shares");
      Path weight = parent.resolve("cpu.weight");
      int threads = isInRootGroup() ? processors : 1;
      if (Files.exists(shares)) {
        assertThat(Files.readString(shares).strip()).isEqualTo(Integer.toString(1_024 * threads));
      } else if (Files.exists(weight)) {
        assertThat(Files.readString(weight).strip()).isEqualTo(Integer.toString(100 * threads));
      }
    }
  }

  /// Whether we are in the root group of the hierarchy that shares processors.
  private static boolean isInRootGroup() throws IOException {
    List<String> own = Files.readAllLines(Path.of("/proc/self/cgroup"));
    Pattern v1 = Pattern.compile("\\d+:(.*,)?cpu(,.*)?:(.*)");
    List<String> ofCpu = own.stream().filter(line -> v1.matcher(line).matches()).toList();
    String line = ofCpu.isEmpty() ? own.getLast() : ofCpu.getFirst();
    return line.endsWith(":/");
  }

  @Test
  void where_files_are_scarce_a_frozen_group_has_none_open_and_its_counters_can_be_read()
      throws IOException {
    Cgroup group = cgroups.child("metered", LIMITS);
    Cgroup other = cgroups.child("other", LIMITS);
    long before = group.cpuMicros() + group.peakMemoryBytes();
    group.freeze();
    assertThat(filesOf("metered")).as("four of six are left").hasSize(2);
    assertThat(other.cpuMicros() + other.peakMemoryBytes()).isNotNegative();
    group.thaw();
    group.freeze();
    assertThat(filesOf("metered")).as("two of six are left").isEmpty();
    assertThat(group.cpuMicros() + group.peakMemoryBytes()).isEqualTo(before);
    group.thaw();
    await(group::remove);
    await(other::remove);
    assertThat(filesOf("metered")).isEmpty();
    assertThat(filesOf("other")).isEmpty();
  }

  private static List<Path> filesOf(String group) throws IOException {
    var files = new ArrayList<Path>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : all.toList()) {
        try {
          files.add(Files.readSymbolicLink(fd));
        } catch (NoSuchFileException e) {
          // closed meanwhile
        }
      }
    }
    files.removeIf(file -> !file.toString().contains(PARENT + "/" + group + "/"));
    return files;
  }

  @Test
  void a_frozen_process_answers_when_it_is_thawed() {
    Cgroup group = cgroups.child("a", LIMITS);
    try (Member member = Member.start(program, group, "exec cat")) {
      member.say("warm");
      assertThat(member.hear()).isEqualTo("warm");
      group.freeze();
      await(() -> isFrozen(group));
      member.say("cold");
      assertThat(member.hear(Duration.ofMillis(50))).isEmpty();
      group.thaw();
      assertThat(member.hear()).isEqualTo("cold");
    }
  }

  @Test
  void a_group_is_killed_at_once_also_when_it_is_frozen() {
    assumeTrue(cgroups.mode() != CgroupMode.V1, "SKIPPED: needs a v2 hierarchy");
    Cgroup group = cgroups.child("a", LIMITS);
    try (Member member = Member.start(program, group, "sleep 1000 & exec cat")) {
      member.say("warm");
      assertThat(member.hear()).isEqualTo("warm");
      group.freeze();
      group.kill();
      assertThat(member.exit()).isEqualTo(128 + 9);
      await(group::remove);
    }
  }

  @Test
  void two_groups_cannot_have_one_name_and_no_name_is_a_path() {
    cgroups.child("a", LIMITS);
    assertThatThrownBy(() -> cgroups.child("a", LIMITS)).hasMessageContaining("EEXIST");
    assertThatThrownBy(() -> cgroups.child("../a", LIMITS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_zygote_without_privileges_clones_into_its_own_groups_only() {
    assumeTrue(cgroups.mode() != CgroupMode.V1, "SKIPPED: needs a v2 hierarchy");
    ZygoteGroup zygote = cgroups.zygoteGroup("zygote-1", UNPRIVILEGED);
    Cgroup own = zygote.child("sandbox-1", LIMITS);
    Cgroup foreign = cgroups.child("sandbox-2", LIMITS);
    ZygoteGroup other = cgroups.zygoteGroup("zygote-2", UNPRIVILEGED);
    Cgroup others = other.child("sandbox-3", LIMITS);
    try (Member member = born(own, zygote, "exec cat /proc/self/cgroup -")) {
      assertThat(member.hear()).contains("zygote-1/sandbox-1");
      assertThat(own.processes()).isEqualTo(1);
      assertThat(zygote.remove()).isFalse();
    }
    try (Member member = born(foreign, zygote, "exit 0")) {
      assertThat(member.exit()).isEqualTo(100 + Errno.EACCES);
    }
    try (Member member = born(others, zygote, "exit 0")) {
      assertThat(member.exit()).as("their common group is root's").isEqualTo(100 + Errno.EACCES);
    }
    await(own::remove);
    await(zygote::remove);
  }

  private Member born(Cgroup group, ZygoteGroup zygote, String script) {
    return Member.start(program, group, UNPRIVILEGED, zygote.self()::adopt, script);
  }

  @Test
  void what_a_predecessor_left_is_killed_and_removed() {
    ZygoteGroup zygote = cgroups.zygoteGroup("zygote-1", UNPRIVILEGED);
    Cgroup sandbox = zygote.child("sandbox-1", LIMITS);
    cgroups.child("sandbox-2", LIMITS);
    try (Member member = Member.start(program, sandbox, "sleep 1000 & exec cat")) {
      member.say("warm");
      assertThat(member.hear()).isEqualTo("warm");
      sandbox.freeze();
      Cgroups successor = Cgroups.open(PARENT, gauges);
      boolean v2 = cgroups.mode() != CgroupMode.V1;
      assertThat(successor.leftovers()).hasSize(v2 ? 4 : 2);
      assertThat(successor.killAndRemoveLeftovers()).isEqualTo(v2 ? 4 : 2);
      assertThat(successor.leftovers()).isEmpty();
      assertThat(member.exit()).isEqualTo(128 + 9);
    }
  }

  private static boolean isFrozen(Cgroup group) {
    String directories = group.toString();
    String path = directories.substring(1, directories.length() - 1).split(", ")[0];
    return Directories.has(path, "cgroup.events")
        ? Directories.number(path, "cgroup.events", "frozen").orElse(0L) == 1
        : true;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
      LockSupport.parkNanos(100_000);
    }
  }
}
