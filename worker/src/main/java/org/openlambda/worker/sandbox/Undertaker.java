package org.openlambda.worker.sandbox;

import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.Cgroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the control groups of dead sandboxes and gives their uids back, on one thread of its
/// own: the kernel refuses to remove a group until its last process is reaped, a few milliseconds
/// after it was killed.
public final class Undertaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Undertaker.class);
  private static final long RETRY_MILLIS = 2;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final HostUids uids;
  private final LinkedBlockingQueue<Grave> arriving = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closing;

  public Undertaker(HostUids uids) {
    this.uids = uids;
    this.thread = Thread.ofPlatform().name("undertaker").daemon().start(this::work);
  }

  private record Grave(Cgroup group, int uid, long since) {}

  /// Takes over a group whose processes have been killed, and the uid they had.
  public void bury(Cgroup group, int uid) {
    arriving.add(new Grave(group, uid, System.nanoTime()));
  }

  private void work() {
    var open = new ArrayList<Grave>();
    while (!closing || !open.isEmpty() || !arriving.isEmpty()) {
      try {
        Grave next =
            open.isEmpty()
                ? arriving.poll(100, TimeUnit.MILLISECONDS)
                : arriving.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          open.add(next);
          arriving.drainTo(open);
        }
      } catch (InterruptedException e) {
        closing = true;
      }
      open.removeIf(this::closed);
    }
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
