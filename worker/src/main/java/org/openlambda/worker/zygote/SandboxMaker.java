package org.openlambda.worker.zygote;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.openlambda.core.function.Limits;
import org.openlambda.core.thread.Readiness;
import org.openlambda.core.time.Patience;
import org.openlambda.linux.cgroup.Cgroup;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.mount.DetachedMount;
import org.openlambda.linux.process.PidFd;
import org.openlambda.worker.link.Breach;
import org.openlambda.worker.link.Buffers;
import org.openlambda.worker.link.RuntimeLink;
import org.openlambda.worker.sandbox.Deadlines;
import org.openlambda.worker.sandbox.Deadlines.Deadline;
import org.openlambda.worker.sandbox.HostUids;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.sandbox.Sandbox;
import org.openlambda.worker.sandbox.SandboxLimits;
import org.openlambda.worker.sandbox.SandboxLog;
import org.openlambda.worker.sandbox.Undertaker;

/// Makes sandboxes: everything a child needs from outside, and the talk of `launcher/PROTOCOL.md`
/// until it says READY. Called by several platform threads; each call blocks for one to five
/// milliseconds.
public final class SandboxMaker {
  /// The uid of the handler as it sees itself.
  static final int UID_INSIDE = 1000;

  /// Descriptors a process in a sandbox may have.
  static final int MOST_FILES = 1024;

  /// Bytes of /tmp per inode: small files run out of inodes before they run out of memory unseen.
  private static final long BYTES_PER_INODE = 4096;

  /// Lines kept of what a sandbox says that cannot be born.
  private static final int MOST_LAST_WORDS = 10;

  private static final Duration BIRTH = Patience.of(Duration.ofSeconds(10));

  /// How long each sandbox lets the many dead go first.
  private static final Duration AFTER_THE_DEAD = Duration.ofMillis(100);

  private final Limits limits;
  private final HostUids uids;
  private final Readiness readiness;
  private final Buffers buffers;
  private final Poller poller;
  private final Deadlines deadlines;
  private final Undertaker undertaker;
  private final AtomicLong ids = new AtomicLong();

  /// @param limits of every sandbox, until it is specialised
  public SandboxMaker(
      Limits limits,
      HostUids uids,
      Readiness readiness,
      Buffers buffers,
      Poller poller,
      Deadlines deadlines,
      Undertaker undertaker) {
    this.limits = limits;
    this.uids = uids;
    this.readiness = readiness;
    this.buffers = buffers;
    this.poller = poller;
    this.deadlines = deadlines;
    this.undertaker = undertaker;
  }

  /// Makes one that waits to be specialised.
  ///
  /// @throws IOException if it could not be made; nothing of it is left
  Sandbox make(Zygote zygote, ZygoteStarter.Place place) throws IOException, InterruptedException {
    undertaker.awaitRoom(AFTER_THE_DEAD);
    long id = ids.incrementAndGet();
    int uid = uids.take();
    Cgroup group;
    try {
      group = place.group().child("sandbox-" + id, SandboxLimits.group(limits));
    } catch (RuntimeException e) {
      uids.giveBack(uid);
      place.group().restore(); // if it was removed, the next try succeeds
      throw new IOException("cannot make the control group of a sandbox: " + e.getMessage(), e);
    }
    Sandbox sandbox = bear(zygote, id, uid, group, place.isolation());
    Deadline limit = deadlines.in(BIRTH, sandbox::kill);
    var said = new LinkedBlockingQueue<String>(MOST_LAST_WORDS);
    sandbox.log().attribute(said::offer);
    try {
      zygote.adopt(sandbox);
      if (place.isolation() == Isolation.SANDBOX) {
        map(sandbox.process(), uid);
      }
      sandbox.link().admit();
      sandbox.link().awaitReady();
      sandbox.log().attribute(line -> {}); // until there is an invocation
      return sandbox;
    } catch (IOException | Breach | RuntimeException e) {
      sandbox.log().drain();
      sandbox.destroy();
      throw new IOException(
          "sandbox %d of %s died before it was ready: %s; it said: %s"
              .formatted(id, zygote.name(), e.getMessage(), said),
          e);
    } finally {
      limit.cancel();
    }
  }

  private Sandbox bear(Zygote zygote, long id, int uid, Cgroup group, Isolation isolation)
      throws IOException, InterruptedException {
    var passed = new ArrayList<Fd>();
    var kept = new ArrayDeque<AutoCloseable>();
    try {
      RuntimeLink.Opened pair = RuntimeLink.open(readiness, buffers);
      RuntimeLink link = pair.link();
      kept.push(link);
      passed.add(pair.theirs());
      var pipe = Pipe.open();
      kept.push(pipe.read());
      passed.add(pipe.write());
      if (isolation == Isolation.SANDBOX) {
        pipe.write().chown(uid, uid); // or /dev/stdout, which opens the pipe anew, is EACCES inside
      }
      var log = new SandboxLog(pipe.read(), poller);
      kept.push(log);
      byte[] message =
          switch (isolation) {
            case SANDBOX -> walled(id, group, passed, limits.tmp().count());
            case NONE -> ZygoteMessage.spawnBare(id, MOST_FILES);
          };
      PidFd process = zygote.spawn(id, message, List.copyOf(passed));
      group.begin(process);
      return new Sandbox(id, uid, process, link, log, group, undertaker);
    } catch (IOException | InterruptedException | RuntimeException e) {
      closeAll(kept, e);
      undertaker.bury(group, uid);
      throw e;
    } finally {
      passed.forEach(Fd::close);
    }
  }

  /// A SPAWN for a child with walls; adds what such a child is given beside link and log.
  private static byte[] walled(long id, Cgroup group, List<Fd> passed, long tmp) {
    passed.add(DetachedMount.tmpfs(tmp, tmp / BYTES_PER_INODE));
    Optional<Fd> into = group.cloneInto();
    into.ifPresent(passed::add);
    passed.addAll(group.joinDescriptors());
    return ZygoteMessage.spawn(id, into.isPresent(), UID_INSIDE, MOST_FILES);
  }

  private static void closeAll(Iterable<AutoCloseable> newestFirst, Exception because) {
    for (AutoCloseable one : newestFirst) {
      try {
        one.close();
      } catch (Exception e) {
        because.addSuppressed(e);
      }
    }
  }

  /// Gives the child its one uid and gid. The pid is the child's if the child is alive afterwards:
  /// a pid is not used again while its process lives.
  private static void map(PidFd process, int uid) throws IOException {
    int pid = process.pid();
    if (pid <= 0) {
      throw new IOException("it is gone already");
    }
    String line = UID_INSIDE + " " + uid + " 1\n";
    KernelFile.write("/proc/" + pid + "/uid_map", line);
    KernelFile.write("/proc/" + pid + "/gid_map", line);
    if (!process.signal(0)) {
      throw new IOException("it died while its ids were mapped");
    }
  }
}
