package org.openlambda.worker.instance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.time.Time;
import org.openlambda.linux.LinuxException;
import org.openlambda.worker.zygote.Nursery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after idle instances on a thread of its own: freezes them after a grace time, and ends
/// those that nobody called for long, whose code was superseded, or that died.
public final class Keeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final Duration ROUND = Duration.ofMillis(50);

  /// Instances whose time is looked at in a round: all of them within two seconds, if there are
  /// 10,000.
  private static final int OF_A_ROUND = 256;

  private final Custody pool;
  private final Nursery nursery;
  private final Settings settings;
  private final Time time;
  private final Thread thread;
  private volatile boolean closed;

  /// @param freezeAfter idle time before an instance is frozen
  /// @param keepSuperseded idle time before it ends if a newer version of its name runs
  public record Settings(Duration freezeAfter, Duration keepSuperseded) {}

  public Keeper(InstancePool pool, Nursery nursery, Settings settings, Time time) {
    this.pool = pool.custody();
    this.nursery = nursery;
    this.settings = settings;
    this.time = time;
    this.thread = Thread.ofPlatform().name("keeper").daemon().start(this::watch);
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(this, ROUND.toNanos());
      try {
        round();
      } catch (RuntimeException e) {
        LOG.error("a round of the keeper failed; the next one comes", e);
      }
    }
  }

  /// One look at those that became idle lately, and at some others.
  void round() {
    long now = time.nanos();
    pool.sweep(now, settings.keepSuperseded.toNanos(), OF_A_ROUND);
    pool.claimRested(now, settings.freezeAfter.toNanos()).forEach(this::freeze);
    nursery.trim();
  }

  private void freeze(Berth berth) {
    try {
      berth.instance.freeze();
    } catch (LinuxException e) {
      LOG.warn(
          "{} is ended, as it cannot be frozen: {}",
          berth.instance.version().label(),
          e.getMessage());
      pool.discardClaimed(berth);
      return;
    }
    pool.returnClaimed(berth);
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
