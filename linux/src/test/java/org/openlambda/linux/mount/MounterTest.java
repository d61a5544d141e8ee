package org.openlambda.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.Requirements;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.Message;
import org.openlambda.linux.fd.MessageSocket;
import org.openlambda.linux.fd.SocketPair;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;

class MounterTest {
  /// A process in a mount namespace of its own, whose `/tmp` and `/mnt` are tmpfs.
  private record Sandbox(int pid, PidFd handle) implements AutoCloseable {
    static Sandbox start() {
      SocketPair pair = SocketPair.seqpacket();
      String script =
          "mount -t tmpfs -o size=4m t /tmp; mount -t tmpfs t /mnt; mkdir /mnt/handler;"
              + " printf R >&3; exec 3>&-; exec sleep 1000";
      int pid =
          Spawn.of("/usr/bin/unshare", "--mount", "/bin/sh", "-c", "PATH=/usr/bin:/bin; " + script)
              .withDescriptor(3, pair.theirs())
              .start();
      pair.theirs().close();
      try (var ours = new MessageSocket(pair.ours())) {
        Message ready = ours.receive(1);
        assertThat(ready.isEnd()).isFalse();
      }
      return new Sandbox(pid, PidFd.open(pid));
    }

    Path root() {
      return Path.of("/proc/" + pid + "/root");
    }

    String mount(String target) {
      return KernelFile.read("/proc/" + pid + "/mountinfo")
          .lines()
          .filter(line -> line.split(" ")[4].equals(target))
          .reduce((_, uppermost) -> uppermost)
          .orElse("nothing at " + target);
    }

    @Override
    public void close() {
      handle.signal(PidFd.SIGKILL);
      handle.close();
      ChildExit.waitFor(pid);
    }
  }

  @BeforeEach
  void needs_root() {
    Requirements.root();
  }

  @Test
  void code_appears_read_only_in_the_sandbox_and_nowhere_else(@TempDir Path code)
      throws IOException {
    Files.writeString(code.resolve("f.py"), "pass");
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      mounter.attach(new Attach(sandbox.handle(), tree, "/mnt/handler", 0));
      assertThat(sandbox.root().resolve("mnt/handler/f.py")).hasContent("pass");
      assertThat(sandbox.mount("/mnt/handler")).contains("ro,nosuid,nodev");
      assertThatThrownBy(() -> Files.createFile(sandbox.root().resolve("mnt/handler/new")))
          .hasMessageContaining("Read-only");
      assertThat(KernelFile.read("/proc/self/mountinfo")).doesNotContain("/mnt/handler");
    }
  }

  @Test
  void the_size_of_tmp_is_changed_on_the_way(@TempDir Path code) {
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      assertThat(sandbox.mount("/tmp")).contains("size=4096k");
      mounter.attach(new Attach(sandbox.handle(), tree, "/mnt/handler", 8 << 20));
      assertThat(sandbox.mount("/tmp")).contains("size=8192k");
    }
  }

  @Test
  void the_continuation_runs_on_the_mounters_thread_in_its_own_namespace(@TempDir Path code)
      throws InterruptedException {
    var told = new ArrayBlockingQueue<String>(2);
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      Runnable then =
          () -> told.add(Thread.currentThread().getName() + Files.exists(Path.of("/mnt/handler")));
      mounter.handOver(
          new Attach(sandbox.handle(), tree, "/mnt/handler", 0, then),
          failure -> told.add(failure.toString()));
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("mounterfalse");
    }
  }

  @Test
  void a_thread_that_a_continuation_started_does_not_hold_up_the_next_job(@TempDir Path code)
      throws InterruptedException {
    var started = new ArrayBlockingQueue<Thread>(1);
    var end = new CountDownLatch(1);
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code);
        Fd another = DetachedMount.readOnlyTree(code)) {
      Runnable then = () -> started.add(Thread.ofPlatform().start(() -> awaitUninterrupted(end)));
      mounter.handOver(
          new Attach(sandbox.handle(), tree, "/mnt/handler", 0, then), failure -> end.countDown());
      Thread alive = started.poll(10, TimeUnit.SECONDS);
      assertThat(alive).isNotNull();
      mounter.attach(new Attach(sandbox.handle(), another, "/mnt/handler", 0));
      assertThat(alive.isAlive()).isTrue();
    } finally {
      end.countDown();
    }
  }

  @Test
  void a_refusal_reaches_the_caller_and_the_mounter_goes_on(@TempDir Path code)
      throws InterruptedException {
    var told = new ArrayBlockingQueue<RuntimeException>(2);
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      var nowhere = new Attach(sandbox.handle(), tree, "/nowhere", 0);
      assertThatThrownBy(() -> mounter.attach(nowhere))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
          .hasMessageStartingWith("move_mount at /nowhere");
      mounter.handOver(nowhere, told::add);
      assertThat(told.poll(10, TimeUnit.SECONDS)).hasMessageContaining("ENOENT");
      mounter.attach(new Attach(sandbox.handle(), tree, "/mnt/handler", 0));
    }
  }

  @Test
  void a_sandbox_that_is_gone_is_an_error(@TempDir Path code) {
    try (Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      int pid = Spawn.of("/bin/true").start();
      try (PidFd gone = PidFd.open(pid)) {
        ChildExit.waitFor(pid);
        assertThatThrownBy(() -> mounter.attach(new Attach(gone, tree, "/mnt", 0)))
            .hasMessageStartingWith("setns at /mnt")
            .hasMessageContaining("ESRCH");
      }
    }
  }

  @Test
  void a_virtual_thread_may_attach(@TempDir Path code) throws InterruptedException {
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      var attach = new Attach(sandbox.handle(), tree, "/mnt/handler", 0);
      Thread.ofVirtual().start(() -> mounter.attach(attach)).join();
      assertThat(sandbox.mount("/mnt/handler")).contains("ro,");
    }
  }

  @Test
  void a_continuation_that_fails_tells_the_caller_and_the_mounter_goes_on(@TempDir Path code) {
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code);
        Fd again = DetachedMount.readOnlyTree(code)) {
      Runnable fails =
          () -> {
            throw new AssertionError("a bug");
          };
      assertThatThrownBy(
              () -> mounter.attach(new Attach(sandbox.handle(), tree, "/mnt/handler", 0, fails)))
          .hasRootCauseMessage("a bug");
      mounter.attach(new Attach(sandbox.handle(), again, "/mnt/handler", 0));
    }
  }

  @Test
  void only_so_many_may_wait(@TempDir Path code) {
    var proceed = new CountDownLatch(1);
    var running = new CountDownLatch(1);
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter(1);
        Fd tree = DetachedMount.readOnlyTree(code);
        Fd second = DetachedMount.readOnlyTree(code)) {
      Runnable holdsUp =
          () -> {
            running.countDown();
            awaitUninterrupted(proceed);
          };
      mounter.handOver(new Attach(sandbox.handle(), tree, "/mnt/handler", 0, holdsUp), _ -> {});
      awaitUninterrupted(running);
      var waits = new Attach(sandbox.handle(), second, "/mnt/handler", 0);
      mounter.handOver(waits, _ -> {});
      assertThatThrownBy(() -> mounter.handOver(waits, _ -> {}))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("1 attaches waiting");
      proceed.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  @Test
  void a_thread_that_cannot_come_home_ends_and_every_later_attach_fails(@TempDir Path code)
      throws IOException {
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tree = DetachedMount.readOnlyTree(code)) {
      replaceByDevNull(numberOfMountNamespace());
      var attach = new Attach(sandbox.handle(), tree, "/mnt/handler", 0);
      assertThatThrownBy(() -> mounter.attach(attach)).hasMessageStartingWith("setns home: EINVAL");
      assertThatThrownBy(() -> mounter.attach(attach))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("could not return");
    }
  }

  private static int numberOfMountNamespace() throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      return links
          .filter(link -> target(link).startsWith("mnt:"))
          .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /// Behind the owner's back, who still closes the number.
  private static void replaceByDevNull(int number) {
    Fd.of(number).close();
    var others = new ArrayList<Fd>();
    Fd opened = Fd.openPath("/dev/null", Fd.O_RDONLY);
    while (opened.number() != number) {
      others.add(opened);
      opened = Fd.openPath("/dev/null", Fd.O_RDONLY);
    }
    others.forEach(Fd::close);
  }

  @Test
  void a_closed_mounter_refuses(@TempDir Path code) {
    Mounter mounter = new Mounter();
    mounter.close();
    try (PidFd self = PidFd.open((int) ProcessHandle.current().pid());
        Fd tree = DetachedMount.readOnlyTree(code)) {
      assertThatThrownBy(() -> mounter.attach(new Attach(self, tree, "/mnt", 0)))
          .hasMessage("the mounter is closed");
    }
  }

  @Test
  void a_tmpfs_has_its_limits_and_is_everybodys() {
    try (Sandbox sandbox = Sandbox.start();
        Mounter mounter = new Mounter();
        Fd tmpfs = DetachedMount.tmpfs(1 << 20, 100)) {
      mounter.attach(new Attach(sandbox.handle(), tmpfs, "/mnt/handler", 0));
      assertThat(sandbox.mount("/mnt/handler"))
          .contains("nosuid,nodev", "size=1024k", "nr_inodes=100");
      assertThat(sandbox.root().resolve("mnt/handler")).isDirectory();
    }
  }
}
