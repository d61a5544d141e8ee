package org.openlambda.worker.instance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.invocation.Usage;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.policy.ExpectedWait;
import org.openlambda.worker.policy.FairOrder;
import org.openlambda.worker.policy.FreezeGrace;
import org.openlambda.worker.policy.ScaleOut;
import org.openlambda.worker.policy.Surge;
import org.openlambda.worker.policy.WaitingRoom;

/// Who may run now, who waits, and who is sent away: brings the policies together. Guarded by the
/// pool's lock.
///
/// A call runs if the processors bear it, if its function has an idle instance or is better off
/// with a new one, and if there is memory. Otherwise it waits: first come, first served within its
/// version, in fair order between versions. Whoever lacks a processor or an instance is passed over
/// by others; whoever comes first and lacks only memory is not, or a large one would never run.
final class Admission {
  /// What a call costs at least on the clock of the fair order, in seconds.
  private static final double LEAST_COST = 50e-6;

  private final Means means;
  private final InstancePool.Settings settings;

  /// Running instances of a crew that are looked at, so as to know what the others do.
  private static final int OF_EACH = 4;

  final Room room;
  final CpuLoad cpu;
  private final FairOrder<Crew> order = new FairOrder<>();

  /// Calls that wait.
  private int waiting;

  private boolean closed;

  /// Those that were idle and are to be frozen when they have been so for a while, about oldest
  /// first.
  private final ArrayDeque<Berth> resting = new ArrayDeque<>();

  /// Instances that are charged no more and are still to be destroyed, without the lock.
  private List<Instance> doomed = new ArrayList<>();

  Admission(InstancePool.Settings settings, Means means) {
    this.settings = settings;
    this.means = means;
    this.room = new Room(settings.memory(), settings.mostInstances(), settings.eviction());
    this.cpu = new CpuLoad(settings.cores());
  }

  /// What a call of some crew gets.
  enum Decision {
    /// Its idle instance, for which there is room now.
    IDLE,
    /// A new instance, for which there is room now.
    NEW,
    /// Nothing until something else ends; others may go first.
    LATER,
    /// Nothing until memory is given back; nobody may go first who wants some.
    NO_ROOM
  }

  boolean isClosed() {
    return closed;
  }

  boolean nobodyWaits() {
    return waiting == 0;
  }

  int waiting() {
    return waiting;
  }

  Iterable<Crew> waitingCrews() {
    return order.functions();
  }

  /// Decides for one call that runs at once if it may: the caller has to [#lend] or [#beginMaking].
  Decision decide(Crew crew) {
    if (!cpu.haveRoomFor(crew)) {
      return Decision.LATER;
    }
    Berth idle = lastIdle(crew);
    if (idle != null) {
      return evict(room.makeForIdle(idle)) ? Decision.IDLE : Decision.NO_ROOM;
    }
    boolean reuses = crew.version.config().reuseSandbox();
    int ahead = Math.max(0, crew.waiting.size() - 1);
    if (reuses
        && !ScaleOut.isWorthIt(ahead, crew.running, crew.stuck, crew.history.profile)
        && !isFirstOfUnknown(crew)) {
      return Decision.LATER;
    }
    return evict(room.makeForNew(crew.memory)) ? Decision.NEW : Decision.NO_ROOM;
  }

  /// A function nobody knows may start as many calls as there are processors.
  private boolean isFirstOfUnknown(Crew crew) {
    return !crew.history.profile.isKnown() && crew.running < cpu.cores();
  }

  private boolean evict(Optional<List<Berth>> going) {
    if (going.isEmpty()) {
      return false;
    }
    for (Berth berth : going.get()) {
      berth.crew.idle.remove(berth);
      means.counters().count(Counters.Step.EVICT, 0);
      forget(berth);
    }
    return true;
  }

  /// An instance was given up: it is destroyed when the lock is free.
  private void forget(Berth berth) {
    berth.crew.history.gone(berth.idleSinceNanos);
    berth.crew.remove(berth);
    doomed.add(berth.instance);
  }

  /// The idle instance that was used last; dead ones are given up.
  private @org.jspecify.annotations.Nullable Berth lastIdle(Crew crew) {
    while (true) {
      Berth last = crew.idle.peekLast();
      if (last == null || last.instance.reusable()) {
        return last;
      }
      crew.idle.removeLast();
      room.endIdle(last);
      crew.remove(last);
      doomed.add(last.instance);
    }
  }

  /// Lends the idle instance that [#decide] spoke of.
  Berth lend(Crew crew) {
    Berth berth = crew.idle.removeLast();
    room.run(berth);
    long now = means.time().nanos();
    berth.lastIdleNanos = now - berth.idleSinceNanos;
    crew.history.idleTimes.record(berth.lastIdleNanos);
    lent(berth, now);
    cpu.begin(crew);
    return berth;
  }

  /// Charges an instance that nobody has called for, if there is room for it.
  boolean mayMakeAhead(Crew crew) {
    boolean may = !closed && evict(room.makeForNew(crew.memory));
    if (may) {
      room.beginNew(crew.memory);
      cpu.begin(crew);
    }
    return may;
  }

  /// Charges the new instance that [#decide] spoke of.
  void beginMaking(Crew crew) {
    room.beginNew(crew.memory);
    crew.history.missed(means.time().nanos());
    cpu.begin(crew);
  }

  /// A new or idle instance is lent.
  void lent(Berth berth, long nowNanos) {
    berth.state = Berth.State.LENT;
    berth.lentNanos = nowNanos;
    berth.crew.called();
  }

  /// A call has ended.
  void learn(Crew crew, Usage usage) {
    var phases = usage.phases();
    long handler = phases.handler().toNanos();
    long used = usage.cpu().toNanos();
    if (usage.start() != Usage.Start.WARM) {
      crew.history.profile.started(phases.specialise().plus(phases.init()).toNanos());
      long wall = Math.max(1, usage.wall().toNanos());
      used = (long) ((double) used * handler / wall); // the rest was for loading
    }
    crew.history.profile.finished(handler, used);
    crew.stuck = false;
    cpu.reweigh(crew);
  }

  /// A lent instance becomes idle.
  void rest(Berth berth, long nowNanos) {
    berth.state = Berth.State.IDLE;
    berth.idleSinceNanos = nowNanos;
    berth.crew.idle.add(berth);
    room.rest(berth, nowNanos / 1e9);
    if (!berth.resting) {
      berth.resting = true;
      resting.add(berth);
    }
  }

  /// Takes out of the idle ones those whose grace is over and that are not frozen.
  List<Berth> claimRested(long nowNanos, long usualGraceNanos) {
    var claimed = new ArrayList<Berth>();
    for (int left = resting.size(); left > 0; left--) {
      Berth berth = resting.remove();
      boolean idle = berth.state == Berth.State.IDLE;
      long grace = FreezeGrace.next(usualGraceNanos, berth.lastIdleNanos);
      berth.resting = idle && nowNanos - berth.idleSinceNanos <= grace;
      if (berth.resting) {
        resting.add(berth);
      } else if (idle && !berth.instance.isFrozen()) {
        berth.state = Berth.State.CLAIMED;
        berth.crew.idle.remove(berth);
        room.claim(berth);
        claimed.add(berth);
      }
    }
    return claimed;
  }

  /// The time of an idle instance is over, or it died.
  void expire(Berth berth) {
    berth.crew.idle.remove(berth);
    room.endIdle(berth);
    forget(berth);
  }

  /// Running instances to be looked at, of all crews that have calls waiting.
  List<Berth> toLookAt(int most) {
    var chosen = new ArrayList<Berth>();
    for (Crew crew : order.functions()) {
      int left = OF_EACH;
      for (Berth berth : crew.members()) {
        if (left > 0 && chosen.size() < most && berth.state == Berth.State.LENT) {
          chosen.add(berth);
          left--;
        }
      }
    }
    return chosen;
  }

  /// The lookout saw running instances of a crew.
  void seen(Lookout.Sight sight) {
    Crew crew = sight.crew();
    crew.history.profile.sampled(sight.computing(), sight.working());
    crew.stuck = sight.stuckNanos() > 0;
    if (crew.stuck) {
      crew.history.profile.waited(sight.stuckNanos());
    }
    cpu.reweigh(crew);
  }

  /// Whether one more call of this crew may wait; otherwise the time after which to come again.
  Optional<Borrowed> refusal(Crew crew) {
    long now = means.time().nanos();
    Surge surge = crew.history.surge;
    surge.came(now);
    boolean surges = surge.isOn(now);
    if (surges) {
      shorten(crew);
    }
    long wait = expectedWaitNanos(crew);
    boolean place = WaitingRoom.hasPlace(crew.waiting.size(), waiting, settings.queue());
    boolean soon = wait <= settings.patience().toNanos() || !crew.history.profile.isSettled();
    if (place && soon && (!surges || fitsSurge(crew, crew.waiting.size() + 1))) {
      return Optional.empty();
    }
    means.counters().count(Counters.Step.REFUSE, 0);
    return Optional.of(Borrowed.queueFull(ExpectedWait.retryAfter(wait)));
  }

  /// Refuses those who came last until no more wait than may in a surge.
  private void shorten(Crew crew) {
    while (!fitsSurge(crew, crew.waiting.size())) {
      crew.waiting.removeLast().refuse();
      oneLess(crew);
    }
  }

  private boolean fitsSurge(Crew crew, int wouldWait) {
    int always = Surge.mayAlwaysWait(crew.running, cpu.computes(crew), cpu.cores());
    return wouldWait <= always || expectedWaitNanos(crew) <= Surge.PATIENCE.toNanos();
  }

  /// What a call would wait that comes now; 0 if that cannot be known.
  long expectedWaitNanos(Crew crew) {
    var profile = crew.history.profile;
    if (!profile.hasFinished() || crew.running == 0) {
      return 0;
    }
    return ExpectedWait.nanos(
        crew.waiting.size(), Math.max(crew.running, cpu.atOnce(crew)), profile.serviceNanos());
  }

  void enqueue(Crew crew, Waiter waiter) {
    if (crew.waiting.isEmpty()) {
      cpu.waits(crew, true);
      order.join(crew, crew.fairEnd);
    }
    crew.waiting.add(waiter);
    waiting++;
  }

  /// One gave up.
  void leave(Crew crew, Waiter waiter) {
    if (crew.waiting.remove(waiter)) {
      oneLess(crew);
    }
  }

  private void oneLess(Crew crew) {
    waiting--;
    if (crew.waiting.isEmpty()) {
      order.leave(crew);
      cpu.waits(crew, false);
    }
  }

  /// Answers all that may run by now.
  void serve() {
    if (waiting == 0 || closed) {
      return;
    }
    var walk = new Walk();
    do {
      walk.served = false;
    } while (order.any(walk::stopsAt) && walk.served);
  }

  /// One way along the order.
  private final class Walk {
    private boolean served;

    private boolean stopsAt(Crew crew) {
      return switch (decide(crew)) {
        case LATER -> false;
        case NO_ROOM -> true;
        case IDLE -> {
          Waiter first = next(crew);
          first.give(lend(crew));
          yield true;
        }
        case NEW -> {
          Waiter first = next(crew);
          beginMaking(crew);
          first.letMake();
          yield true;
        }
      };
    }

    private Waiter next(Crew crew) {
      served = true;
      crew.history.surge.served(means.time().nanos());
      crew.fairEnd = order.serve(crew, cost(crew));
      Waiter first = crew.waiting.remove();
      oneLess(crew);
      return first;
    }
  }

  /// What a call takes of the resource it takes most of (dominant resource fairness; Ghodsi et al.
  /// 2011): processor time, or memory for its time; in seconds of the whole worker.
  private double cost(Crew crew) {
    var profile = crew.history.profile;
    double processors = profile.cpuNanos() / 1e9 / cpu.cores();
    double memory = profile.serviceNanos() / 1e9 * room.fraction(crew.memory);
    return Math.max(LEAST_COST, Math.max(processors, memory));
  }

  /// Sends away all that wait; nobody is served any more.
  void close() {
    closed = true;
    for (Crew crew : order.functions()) {
      crew.waiting.forEach(Waiter::sendAway);
    }
  }

  /// Those to be destroyed now, by the caller, without the lock.
  List<Instance> takeDoomed() {
    if (doomed.isEmpty()) {
      return List.of();
    }
    List<Instance> taken = doomed;
    doomed = new ArrayList<>();
    return taken;
  }

  void doom(Instance instance) {
    doomed.add(instance);
  }
}
