package org.openlambda.worker.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.Cgroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the control groups of dead sandboxes and gives their uids back, on one thread of its
/// own: the kernel refuses to remove a group until its last process is reaped, a few milliseconds
/// after it was killed.
///
/// The dead end with the processor time of all sandboxes, new ones are made with that of the
/// server: without [#awaitRoom] a machine that is asked for nothing but first calls would have more
/// and more of them.
public final class Undertaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Undertaker.class);
  private static final long RETRY_MILLIS = 2;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  /// Dead sandboxes beyond which new ones are made slower: 32 for each processor.
  static final int MANY_DEAD = 32 * Runtime.getRuntime().availableProcessors();

  private final HostUids uids;
  private final LinkedBlockingQueue<Grave> arriving = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closing;

  /// Taken over and not yet removed; guarded by this, which is notified when it falls.
  private int dead;

  public Undertaker(HostUids uids) {
    this.uids = uids;
    this.thread = Thread.ofPlatform().name("undertaker").daemon().start(this::work);
  }

  private record Grave(Cgroup group, int uid, long since) {}

  /// Takes over a group whose processes have been killed, and the uid they had.
  public void bury(Cgroup group, int uid) {
    synchronized (this) {
      dead++;
    }
    arriving.add(new Grave(group, uid, System.nanoTime()));
  }

  /// Returns when fewer than [#MANY_DEAD] are dead, or after `patience`: groups that the kernel
  /// does not let go must not keep callers from new sandboxes for ever.
  public synchronized void awaitRoom(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (dead >= MANY_DEAD) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /// Looks at all of them every two milliseconds, and not whenever one more arrives.
  private void work() {
    var open = new ArrayList<Grave>();
    while (!closing || !open.isEmpty() || !arriving.isEmpty()) {
      try {
        if (open.isEmpty()) {
          Optional.ofNullable(arriving.poll(100, TimeUnit.MILLISECONDS)).ifPresent(open::add);
        } else {
          Thread.sleep(RETRY_MILLIS);
        }
      } catch (InterruptedException e) {
        closing = true;
      }
      arriving.drainTo(open);
      int before = open.size();
      open.removeIf(this::closed);
      forget(before - open.size());
    }
  }

  private synchronized void forget(int removed) {
    dead -= removed;
    notifyAll();
  }

  private boolean closed(Grave grave) {
    try {
      if (grave.group.remove()) {
        uids.giveBack(grave.uid);
        return true;
      }
    } catch (LinuxException e) {
      LOG.warn("{}; uid {} is not used again", e.getMessage(), grave.uid);
      return true;
    }
    if (System.nanoTime() - grave.since > GIVE_UP_NANOS) {
      LOG.warn(
          "control group {} cannot be removed after 30 s, {} processes are in it; uid {} is not"
              + " used again, the next start of the worker tries once more",
          grave.group.name(),
          grave.group.processes(),
          grave.uid);
      return true;
    }
    return false;
  }

  /// Waits until everything taken over is removed, at most about 30 s.
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
