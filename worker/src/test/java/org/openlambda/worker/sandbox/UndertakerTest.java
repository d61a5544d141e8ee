package org.openlambda.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.cgroup.Cgroup;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.cgroup.GroupLimits;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;
import org.openlambda.worker.Requirements;

@Tag("root")
@Timeout(20)
class UndertakerTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final GroupLimits LIMITS = new GroupLimits(64 << 20, 20, 1);

  @TempDir private Path folder;

  private Cgroups groups;
  private HostUids uids;

  @BeforeEach
  void open() throws IOException {
    Requirements.root();
    groups = Cgroups.open("ol-test-undertaker-" + ProcessHandle.current().pid(), new OpenGauges(0));
    uids = HostUids.claim(folder);
  }

  @AfterEach
  void close() throws IOException {
    if (groups != null) {
      groups.killAndRemoveLeftovers();
      groups.close();
      uids.close();
    }
  }

  /// Uses up all uids but those that are given back.
  private void takeAll() {
    for (int i = 0; i < HostUids.PER_WORKER; i++) {
      uids.take();
    }
  }

  private int nextGivenBack() {
    while (true) {
      try {
        return uids.take();
      } catch (IllegalStateException noneYet) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void what_was_taken_over_is_removed_and_its_uid_is_free_again() {
    takeAll();
    try (var undertaker = new Undertaker(uids)) {
      undertaker.bury(groups.child("a", LIMITS), 300_001);
      undertaker.bury(groups.child("b", LIMITS), 300_002);
    }
    assertThat(groups.leftovers()).isEmpty();
    assertThat(uids.take()).isEqualTo(300_001);
    assertThat(uids.take()).isEqualTo(300_002);
  }

  @Test
  void a_group_that_still_has_a_process_is_waited_for_and_keeps_no_other_waiting() {
    takeAll();
    Cgroup busy = groups.child("busy", LIMITS);
    int pid = Spawn.of("/bin/sleep", "100").start();
    busy.adopt(pid);
    try (var undertaker = new Undertaker(uids);
        var process = PidFd.open(pid)) {
      undertaker.bury(busy, 300_001);
      undertaker.bury(groups.child("free", LIMITS), 300_002);
      assertThat(nextGivenBack()).isEqualTo(300_002);
      assertThat(groups.leftovers()).hasSize(1);
      process.signal(PidFd.SIGKILL);
      ChildExit.waitFor(pid);
    }
    assertThat(groups.leftovers()).isEmpty();
    assertThat(uids.take()).isEqualTo(300_001);
  }

  @Test
  void with_many_dead_the_next_sandbox_waits_until_they_are_gone_but_not_for_ever()
      throws InterruptedException {
    Cgroup busy = groups.child("busy", LIMITS);
    int pid = Spawn.of("/bin/sleep", "100").start();
    busy.adopt(pid);
    try (var undertaker = new Undertaker(uids);
        var process = PidFd.open(pid)) {
      undertaker.bury(busy, uids.take());
      assertThat(waited(undertaker)).as("one is dead").isLessThan(PATIENCE);
      for (int i = 1; i < Undertaker.MANY_DEAD; i++) {
        undertaker.bury(busy, uids.take());
      }
      assertThat(waited(undertaker)).as("many are dead").isGreaterThanOrEqualTo(PATIENCE);
      process.signal(PidFd.SIGKILL);
      ChildExit.waitFor(pid);
      undertaker.awaitRoom(Duration.ofSeconds(15));
      assertThat(waited(undertaker)).as("none is left").isLessThan(PATIENCE);
    }
  }

  private static Duration waited(Undertaker undertaker) throws InterruptedException {
    long start = System.nanoTime();
    undertaker.awaitRoom(PATIENCE);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
