package org.openlambda.worker.sandbox;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs actions at deadlines that nearly always are cancelled first: one thread looks through those
/// that are set every few milliseconds, which costs a request two operations on a set instead of a
/// place in a sorted queue. An action may be up to [#GRAIN_NANOS] late; it runs on the thread of
/// the deadlines and must not block.
public final class Deadlines implements AutoCloseable {
  /// The most an action is late, in nanoseconds, on an idle machine.
  public static final long GRAIN_NANOS = 4_000_000;

  /// How long nothing must be set before the thread stops looking.
  private static final long REST_NANOS = 250 * GRAIN_NANOS;

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  private final Time time;
  private final Set<Deadline> set = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  /// Whether the thread may be asleep for long, as it saw none set.
  private volatile boolean idle;

  private volatile boolean closed;

  /// @param time whose monotonic clock deadlines are read on
  public Deadlines(Time time) {
    this.time = time;
    this.thread = Thread.ofPlatform().name("deadlines").daemon().start(this::watch);
  }

  /// A moment that has been set. Cancelling it after it passed does nothing.
  public final class Deadline {
    private final Runnable action;

    /// By the monotonic clock.
    private volatile long atNanos;

    private volatile boolean passed;

    /// When the action was run, by the monotonic clock; set before `passed`.
    private long passedNanos;

    private Deadline(long atNanos, Runnable action) {
      this.atNanos = atNanos;
      this.action = action;
    }

    /// Moves it earlier; a later moment changes nothing. Any thread.
    public synchronized void hurry(long earlierNanos) {
      if (earlierNanos - atNanos < 0) {
        atNanos = earlierNanos;
      }
    }

    /// Begins anew, with another moment. Any thread.
    ///
    /// @return false if its moment has come, or it was cancelled: it stays as it is then
    public synchronized boolean restart(long nowNanos, Duration delay) {
      if (nowNanos - atNanos >= 0 || !set.contains(this)) {
        return false;
      }
      atNanos = nowNanos + delay.toNanos();
      return true;
    }

    private synchronized boolean pass(long nowNanos) {
      if (nowNanos - atNanos < 0 || !set.remove(this)) {
        return false;
      }
      passedNanos = nowNanos;
      passed = true;
      return true;
    }

    /// Whether the action was run.
    public boolean passed() {
      return passed;
    }

    /// The moment when the action was run, or the other one if that is earlier, or none was.
    public long passedOr(long otherNanos) {
      return passed && passedNanos - otherNanos < 0 ? passedNanos : otherNanos;
    }

    /// Cancels it; does nothing if it has passed.
    ///
    /// @return whether the action was not run and never will be
    public boolean cancel() {
      return set.remove(this);
    }
  }

  /// Sets one.
  ///
  /// @param atNanos by the monotonic clock: what its `nanos()` will be then
  public Deadline at(long atNanos, Runnable action) {
    var deadline = new Deadline(atNanos, action);
    set.add(deadline);
    if (idle) {
      LockSupport.unpark(thread);
    }
    return deadline;
  }

  /// Sets one that is so far from now.
  public Deadline in(Duration delay, Runnable action) {
    return at(time.nanos() + delay.toNanos(), action);
  }

  private void watch() {
    long lastSeen = time.nanos();
    while (!closed) {
      LockSupport.parkNanos(this, GRAIN_NANOS);
      long now = time.nanos();
      if (!set.isEmpty()) {
        lastSeen = now;
        set.forEach(deadline -> check(deadline, now));
      } else if (now - lastSeen > REST_NANOS) {
        rest();
      }
    }
  }

  /// Sleeps until there is a deadline again. Not at once when there is none: to be woken for each
  /// of several calls in a row would cost them more than these looks do.
  private void rest() {
    idle = true; // before the look: whoever adds one after it sees this
    while (!closed && set.isEmpty()) {
      LockSupport.park(this);
    }
    idle = false;
  }

  private void check(Deadline deadline, long now) {
    if (now - deadline.atNanos >= 0 && deadline.pass(now)) {
      try {
        deadline.action.run();
      } catch (RuntimeException e) {
        LOG.error("a deadline's action failed; the other deadlines go on", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
