package org.openlambda.worker.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.EvictionOrder;

/// Memory and places for instances: a running one is charged its limit, an idle one what it used, a
/// pinned one always its limit. Makes room by giving up idle ones, those worth least first, no more
/// than needed, and none if all together would not be enough. Guarded by the pool's lock.
final class Room {
  /// What an idle instance costs at least: its process, its mounts, its groups.
  private static final long LEAST_CHARGE = 1L << 20;

  /// So many entries of instances that are gone may be in the order besides.
  private static final int SLACK = 64;

  private static final Optional<List<Berth>> NOBODY = Optional.of(List.of());

  private final MemoryBudget budget;
  private final int mostInstances;
  private final Eviction policy;
  private final EvictionOrder<Berth> order = new EvictionOrder<>(b -> b.worth);

  /// The largest worth that was evicted.
  private double clock;

  private int instances;
  private int idle;
  private long idleBytes;

  Room(Bytes memory, int mostInstances, Eviction policy) {
    this.budget = new MemoryBudget(memory);
    this.mostInstances = mostInstances;
    this.policy = policy;
  }

  boolean couldHold(long memory) {
    return budget.couldHold(new Bytes(memory));
  }

  Bytes charged() {
    return budget.charged();
  }

  double fraction(long memory) {
    return (double) memory / budget.total().count();
  }

  /// Tries to make room for a new running instance.
  ///
  /// @return those that have to go for it, charged no more; empty if it does not fit
  Optional<List<Berth>> makeForNew(long memory) {
    return make(budget.missing(memory), instances >= mostInstances);
  }

  /// Tries to make room for an idle instance to run. It is not idle meanwhile.
  Optional<List<Berth>> makeForIdle(Berth berth) {
    if (berth.pinned) {
      return NOBODY;
    }
    long missing = budget.missing(berth.crew.memory - berth.charge);
    if (missing <= 0) {
      return NOBODY;
    }
    Berth.State state = berth.state;
    berth.state = Berth.State.CLAIMED;
    idle--;
    idleBytes -= berth.charge;
    try {
      return make(missing, false);
    } finally {
      berth.state = state;
      idle++;
      idleBytes += berth.charge;
    }
  }

  private Optional<List<Berth>> make(long missing, boolean onePlace) {
    if (missing <= 0 && !onePlace) {
      return NOBODY;
    }
    if (missing > idleBytes || idle == 0) {
      return Optional.empty();
    }
    var going = new ArrayList<Berth>();
    long left = missing;
    while (left > 0 || (onePlace && going.isEmpty())) {
      Berth least = pollIdle();
      clock = Math.max(clock, least.worth);
      left -= least.charge;
      going.add(least);
      leaveIdle(least);
      instances--;
    }
    return Optional.of(going);
  }

  /// The idle instance worth least. Others at the top of the order are taken out of it, and come
  /// back when they are idle again.
  private Berth pollIdle() {
    while (true) {
      Berth least = order.poll().orElseThrow(() -> new IllegalStateException("none is idle"));
      least.ordered = false;
      if (least.state == Berth.State.IDLE) {
        return least;
      }
    }
  }

  /// A new instance is made for a running call.
  void beginNew(long memory) {
    instances++;
    budget.charge(memory);
  }

  /// A running instance, or one that was to be made, is no more.
  void endRunning(long memory) {
    instances--;
    budget.refund(memory);
  }

  /// An idle instance runs.
  void run(Berth berth) {
    if (berth.pinned) {
      return;
    }
    leaveIdle(berth);
    budget.charge(berth.crew.memory);
  }

  /// A running instance becomes idle.
  void rest(Berth berth, double nowSeconds) {
    if (berth.pinned) {
      return;
    }
    Crew crew = berth.crew;
    budget.refund(crew.memory);
    berth.charge = Math.min(crew.memory, Math.max(berth.instance.peak().count(), LEAST_CHARGE));
    double cold = crew.history.profile.coldNanos() / 1e9;
    var use = new Eviction.Use(nowSeconds, crew.history.calls, cold, berth.charge);
    berth.worth = Math.max(berth.worth, policy.worth(clock, use));
    budget.charge(berth.charge);
    enterIdle(berth);
  }

  /// The keeper takes an idle one away for a moment; it stays charged.
  void claim(Berth berth) {
    if (berth.pinned) {
      return;
    }
    idle--;
    idleBytes -= berth.charge;
  }

  /// It is put back.
  void enterIdle(Berth berth) {
    if (berth.pinned) {
      return;
    }
    idle++;
    idleBytes += berth.charge;
    if (!berth.ordered) {
      berth.ordered = true;
      order.add(berth);
      if (order.size() > 2 * instances + SLACK) {
        order.retain(b -> b.state != Berth.State.GONE);
      }
    }
  }

  /// One that was claimed is no more.
  void endClaimed(Berth berth) {
    instances--;
    budget.refund(berth.pinned ? berth.crew.memory : berth.charge);
  }

  /// An idle one is no more.
  void endIdle(Berth berth) {
    if (berth.pinned) {
      endRunning(berth.crew.memory);
      return;
    }
    leaveIdle(berth);
    instances--;
  }

  private void leaveIdle(Berth berth) {
    idle--;
    idleBytes -= berth.charge;
    budget.refund(berth.charge);
  }
}
