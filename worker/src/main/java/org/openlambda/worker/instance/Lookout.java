package org.openlambda.worker.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.time.Time;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.KernelFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at running instances as long as calls wait, on a thread of its own: do they compute, or do
/// they wait for something themselves? Two functions that never finished a call are told apart by
/// this, and a function that computes on a crowded machine from one that sleeps: both use little
/// processor time, but one would like to use more.
///
/// A look is a read of `/proc/PID/syscall` (`proc_pid_syscall(5)`, some 10 µs): `running` for a
/// process that runs or waits for a processor, otherwise the system call it sleeps in and its
/// arguments. One that receives from its link has answered, and waits for us. 16 instances at the
/// most are looked at, every 5 ms while there is something new to learn and every 40 ms otherwise.
final class Lookout implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
  private static final int MOST = 16;
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /// What has run for less may be over before one could do anything about it.
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final InstancePool pool;
  private final Time time;
  private final Thread thread;
  private volatile boolean closed;

  /// Whether the thread may be asleep until a call waits; otherwise it looks by the clock.
  private volatile boolean resting;

  /// What has waited for us for so long waits for its caller: it reads a body that does not come.
  private static final long BODY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// `recvfrom(2)` on descriptor 3, the link, on x86-64 and on arm64.
  private static final String LINK = "0x3";

  private static final List<String> RECEIVE = List.of("45", "207");

  /// What a process does.
  private enum Doing {
    COMPUTES,
    WAITS,
    /// For us.
    WAITS_FOR_LINK
  }

  /// What running instances of a crew do.
  ///
  /// @param computing those that run or want to
  /// @param working these, and those that wait for something else than us; more than 0
  /// @param stuckNanos for how long each of them has run, at least, if each waits and has run for
  ///   longer than making an instance takes; 0 otherwise
  record Sight(Crew crew, int computing, int working, long stuckNanos) {}

  /// Counts for a [Sight].
  private static final class Tally {
    private int computing;
    private int working;
    private long stuckNanos = Long.MAX_VALUE;
  }

  Lookout(InstancePool pool, Time time) {
    this.pool = pool;
    this.time = time;
    this.thread = Thread.ofPlatform().name("lookout").daemon().start(this::work);
  }

  /// A call waits.
  void watch() {
    if (resting) {
      LockSupport.unpark(thread);
    }
  }

  private void work() {
    while (!closed) {
      try {
        resting = true; // before the look: whoever waits after it sees this
        Optional<List<Berth>> running = pool.toLookAt(MOST);
        if (running.isEmpty()) {
          LockSupport.park(this);
          continue;
        }
        resting = false;
        boolean settled = look(running.get());
        LockSupport.parkNanos(this, settled ? LATER_NANOS : SOON_NANOS);
      } catch (RuntimeException e) {
        LOG.error("a look at the running instances failed; the next one comes", e);
        LockSupport.parkNanos(this, LATER_NANOS);
      }
    }
  }

  /// @return whether there is nothing new to learn soon
  private boolean look(List<Berth> running) {
    long now = time.nanos();
    Map<Crew, Tally> tallies = new HashMap<>();
    boolean settled = true;
    for (Berth berth : running) {
      Tally tally = tallies.computeIfAbsent(berth.crew, c -> new Tally());
      long since = berth.instance.atWorkSince(berth.lentNanos);
      long age = since == 0 ? 0 : now - since;
      Doing doing = age == 0 ? Doing.WAITS_FOR_LINK : doing(berth);
      if (doing == Doing.WAITS_FOR_LINK && age > BODY_NANOS) {
        doing = Doing.WAITS;
      }
      boolean waits = stillWaits(berth, doing);
      tally.computing += doing == Doing.COMPUTES ? 1 : 0;
      tally.working += doing == Doing.COMPUTES || waits ? 1 : 0;
      boolean stuck = waits && age > grace(berth.crew);
      tally.stuckNanos = Math.min(tally.stuckNanos, stuck ? age : 0);
      settled &=
          berth.crew.history.profile.isBrief()
              || (age > GRACE_NANOS && (waits || doing != Doing.WAITS));
    }
    var sights = new ArrayList<Sight>();
    tallies.forEach((crew, t) -> {
      if (t.working > 0) {
        sights.add(new Sight(crew, t.computing, t.working, t.stuckNanos));
      }
    });
    pool.seen(sights);
    return settled;
  }

  /// Whether the same call was seen waiting at the look before, too: not just for a file it loads.
  private static boolean stillWaits(Berth berth, Doing doing) {
    boolean before = berth.seenWaiting == berth.lentNanos;
    berth.seenWaiting = doing == Doing.WAITS ? berth.lentNanos : berth.lentNanos - 1;
    return before && doing == Doing.WAITS;
  }

  private static long grace(Crew crew) {
    return Math.max(GRACE_NANOS, crew.history.profile.coldNanos());
  }

  /// What the first process of its sandbox does. That a helper of it computes is learnt from its
  /// processor time when the call has ended.
  private static Doing doing(Berth berth) {
    try {
      if (berth.pid == 0) {
        berth.pid = berth.instance.sandbox().process().pid();
      }
      String of = "/proc/" + berth.pid;
      Doing doing = parse(KernelFile.read(of + "/syscall"));
      return doing == Doing.WAITS && !sleeps(KernelFile.read(of + "/stat"))
          ? Doing.COMPUTES // it waits for the disk or for memory, which is not for long
          : doing;
    } catch (LinuxException | IllegalStateException e) {
      return Doing.WAITS_FOR_LINK; // it is gone; we are about to hear of that
    }
  }

  private static boolean sleeps(String stat) {
    return stat.startsWith(" S", stat.lastIndexOf(')') + 1);
  }

  private static Doing parse(String syscall) {
    if (syscall.startsWith("running")) {
      return Doing.COMPUTES;
    }
    String[] words = syscall.split(" ", 3);
    boolean receives = words.length > 1 && RECEIVE.contains(words[0]) && words[1].equals(LINK);
    return receives ? Doing.WAITS_FOR_LINK : Doing.WAITS;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
