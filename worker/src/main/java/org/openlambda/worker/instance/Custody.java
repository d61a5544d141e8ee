package org.openlambda.worker.instance;

import java.util.List;
import org.openlambda.worker.policy.KeepAlive;

/// What the keeper may do with idle instances of a pool. Any thread; takes the pool's lock.
final class Custody {
  private final InstancePool pool;
  private final KeepAlive keepAlive;

  Custody(InstancePool pool, KeepAlive keepAlive) {
    this.pool = pool;
    this.keepAlive = keepAlive;
  }

  /// Takes those that are to be frozen by now, as the keeper's own until it puts them back. They
  /// stay charged as idle ones.
  List<Berth> claimRested(long nowNanos, long usualGraceNanos) {
    pool.lock();
    try {
      return pool.admission.claimRested(nowNanos, usualGraceNanos);
    } finally {
      pool.unlock();
    }
  }

  /// Gives up idle instances that are dead or whose time is over, of some crews after those looked
  /// at the last time.
  ///
  /// @param most instances to be looked at, about
  void sweep(long nowNanos, long keepSupersededNanos, int most) {
    pool.lock();
    try {
      for (Berth berth : pool.crews.next(most, b -> isOver(b, nowNanos, keepSupersededNanos))) {
        pool.admission.expire(berth);
        pool.crews.dissolve(berth.crew);
      }
      pool.admission.serve();
    } finally {
      pool.unlock();
    }
  }

  private boolean isOver(Berth berth, long nowNanos, long keepSupersededNanos) {
    if (berth.state != Berth.State.IDLE) {
      return false;
    }
    if (berth.pinned) {
      return !berth.instance.reusable();
    }
    Crew crew = berth.crew;
    long keep = crew.history.keepNanos(keepAlive);
    long most = crew.isSuperseded() ? Math.min(keep, keepSupersededNanos) : keep;
    return nowNanos - berth.idleSinceNanos > most || !berth.instance.reusable();
  }

  /// Puts back what [#claimRested] took, as the oldest of its version.
  void returnClaimed(Berth berth) {
    pool.lock();
    try {
      if (pool.admission.isClosed()) {
        discard(berth);
        return;
      }
      berth.state = Berth.State.IDLE;
      berth.crew.idle.addFirst(berth);
      pool.admission.room.enterIdle(berth);
      pool.serve(berth.crew); // somebody may have looked in vain for an instance to evict
    } finally {
      pool.unlock();
    }
  }

  /// Destroys what [#claimRested] took.
  void discardClaimed(Berth berth) {
    pool.lock();
    try {
      discard(berth);
      pool.serve(berth.crew);
    } finally {
      pool.unlock();
    }
  }

  private void discard(Berth berth) {
    berth.crew.remove(berth);
    pool.admission.room.endClaimed(berth);
    pool.admission.doom(berth.instance);
    pool.cameBack();
  }
}
