package org.openlambda.worker.instance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
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

  private final InstancePool pool;
  private final Nursery nursery;
  private final Settings settings;
  private final Time time;
  private final Thread thread;
  private volatile boolean closed;

  /// @param freezeAfter idle time before an instance is frozen
  /// @param keepAlive idle time before it is evicted
  /// @param keepSuperseded idle time before it is evicted if a newer version of its name runs
  public record Settings(Duration freezeAfter, Duration keepAlive, Duration keepSuperseded) {}

  public Keeper(InstancePool pool, Nursery nursery, Settings settings, Time time) {
    this.pool = pool;
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

  /// One look at all idle instances.
  void round() {
    long now = time.nanos();
    Map<FunctionName, Version> newest = pool.newestVersions();
    pool.claimIdle(i -> verdict(i, now, newest) == Verdict.EVICT).forEach(pool::discardClaimed);
    for (Instance instance : pool.claimIdle(i -> verdict(i, now, newest) == Verdict.FREEZE)) {
      freeze(instance);
    }
    nursery.trim();
  }

  private void freeze(Instance instance) {
    try {
      instance.freeze();
    } catch (LinuxException e) {
      LOG.warn(
          "{} is ended, as it cannot be frozen: {}", instance.version().label(), e.getMessage());
      pool.discardClaimed(instance);
      return;
    }
    pool.returnClaimed(instance);
  }

  private enum Verdict {
    KEEP,
    FREEZE,
    EVICT
  }

  private Verdict verdict(Instance instance, long now, Map<FunctionName, Version> newest) {
    long idle = now - instance.idleSinceNanos();
    boolean superseded = !instance.version().equals(newest.get(instance.version().name()));
    Duration keep = superseded ? settings.keepSuperseded : settings.keepAlive;
    if (!instance.reusable() || idle > keep.toNanos()) {
      return Verdict.EVICT;
    }
    boolean rested = idle > settings.freezeAfter.toNanos();
    return rested && !instance.isFrozen() ? Verdict.FREEZE : Verdict.KEEP;
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
