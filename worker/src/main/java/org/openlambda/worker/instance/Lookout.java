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
/// A look is a read of `/proc/PID/stat` (some 10 µs), at 16 instances at the most, every 5 ms while
/// there is something new to learn and every 40 ms otherwise.
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

  /// What running instances of a crew do.
  ///
  /// @param busy those that run or want to
  /// @param looked all that were looked at, more than 0
  /// @param stuck whether each has run for longer than making an instance takes
  record Sight(Crew crew, int busy, int looked, boolean stuck) {}

  /// Counts for a [Sight].
  private static final class Tally {
    private int busy;
    private int looked;
    private boolean stuck = true;
  }

  Lookout(InstancePool pool, Time time) {
    this.pool = pool;
    this.time = time;
    this.thread = Thread.ofPlatform().name("lookout").daemon().start(this::work);
  }

  /// A call waits.
  void watch() {
    LockSupport.unpark(thread);
  }

  private void work() {
    while (!closed) {
      try {
        Optional<List<Berth>> running = pool.toLookAt(MOST);
        if (running.isEmpty()) {
          LockSupport.park(this);
          continue;
        }
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
      tally.stuck &= age > Math.max(GRACE_NANOS, berth.crew.history.profile.coldNanos());
      if (age > GRACE_NANOS) {
        tally.looked++;
        tally.busy += wantsProcessor(berth) ? 1 : 0;
      } else {
        settled = false;
      }
    }
    var sights = new ArrayList<Sight>();
    tallies.forEach((crew, t) -> {
      if (t.looked > 0) {
        sights.add(new Sight(crew, t.busy, t.looked, t.stuck));
      }
    });
    pool.seen(sights);
    return settled;
  }

  /// Whether the first process of its sandbox runs or waits for a processor. One that is gone does
  /// not; that a helper of it computes is learnt from its processor time when the call has ended.
  private static boolean wantsProcessor(Berth berth) {
    try {
      if (berth.pid == 0) {
        berth.pid = berth.instance.sandbox().process().pid();
      }
      String stat = KernelFile.read("/proc/" + berth.pid + "/stat");
      return stat.startsWith(" R", stat.lastIndexOf(')') + 1);
    } catch (LinuxException | IllegalStateException e) {
      return false;
    }
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
