package org.openlambda.worker.instance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome.Reason;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.invocation.Usage.Start;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.link.Purpose;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.ExpectedWait;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.zygote.Nursery;

/// All instances of a worker. A borrowed instance belongs to the borrower until [#giveBack]; an
/// idle one to the pool, which may freeze or evict it at any time.
///
/// One lock guards it all: crews and their instances, what is charged, who waits. It is held for a
/// microsecond by a call whose instance is there and for which nobody else waits. [Admission]
/// decides who may run; [Lookout] looks at running calls as long as others wait.
public final class InstancePool implements AutoCloseable {
  /// What the invocations that run have to end when the worker closes and their sandboxes are dead.
  private static final Duration LAST_CALLS = Duration.ofSeconds(2);

  private final Settings settings;
  private final Nursery nursery;
  private final Means means;
  private final Lookout lookout;

  private final ReentrantLock lock = new ReentrantLock();

  /// Everything below is guarded by `lock`.
  final Crews crews = new Crews();

  final Admission admission;

  /// Signalled when an instance was given back after closing.
  private final Condition returned = lock.newCondition();

  /// @param memory for all sandboxes of the worker together
  /// @param mostInstances at once, idle ones included
  /// @param queue calls that may wait to run
  /// @param patience how long each of them waits
  /// @param cores processors for the sandboxes
  /// @param keepAlive how long idle ones are kept
  /// @param eviction which of them make room
  public record Settings(
      Bytes memory,
      int mostInstances,
      int queue,
      Duration patience,
      int cores,
      KeepAlive keepAlive,
      Eviction eviction) {}

  public InstancePool(Settings settings, Nursery nursery, Means means) {
    this.settings = settings;
    this.nursery = nursery;
    this.means = means;
    this.admission = new Admission(settings, means);
    this.lookout = new Lookout(this, means.time());
  }

  /// Lends an idle instance of `version`, or makes one. Blocks while that may not run, at most the
  /// configured patience.
  public Borrowed borrow(Version version, Bundle bundle) throws InterruptedException {
    Berth berth = null;
    Crew crew;
    Waiter waiter;
    lock.lock();
    try {
      if (admission.isClosed()) {
        return Borrowed.draining();
      }
      crew = crews.of(version);
      Admission.Decision now =
          admission.nobodyWaits() ? admission.decide(crew) : Admission.Decision.LATER;
      if (now == Admission.Decision.IDLE) {
        berth = admission.lend(crew);
        waiter = null;
      } else if (now == Admission.Decision.NEW) {
        admission.beginMaking(crew);
        waiter = null;
      } else {
        Optional<Borrowed> refused = refusal(crew);
        if (refused.isPresent()) {
          return refused.get();
        }
        waiter = new Waiter();
        admission.enqueue(crew, waiter);
        admission.serve();
      }
    } finally {
      unlock();
    }
    if (berth != null) {
      return warm(berth);
    }
    return waiter == null ? make(crew, bundle, Purpose.SERVE) : await(crew, waiter, bundle);
  }

  private Optional<Borrowed> refusal(Crew crew) {
    Optional<Borrowed> refused =
        admission.room.couldHold(crew.memory)
            ? admission.refusal(crew)
            : Optional.of(new Borrowed.Refused(Reason.TOO_LARGE_FOR_WORKER, Duration.ZERO));
    if (refused.isPresent()) {
      crews.dissolve(crew);
    }
    return refused;
  }

  private static Borrowed warm(Berth berth) {
    berth.instance.thaw();
    return new Borrowed.Lent(berth, Start.WARM);
  }

  void lock() {
    lock.lock();
  }

  /// Ends a use of the lock; destroys what was given up meanwhile.
  void unlock() {
    List<Instance> doomed = admission.takeDoomed();
    lock.unlock();
    doomed.forEach(Instance::destroy);
  }

  private Borrowed await(Crew crew, Waiter waiter, Bundle bundle) throws InterruptedException {
    long start = means.time().nanos();
    boolean interrupted = false;
    if (waiter.state() == Waiter.State.WAITING) {
      lookout.watch();
    }
    while (waiter.state() == Waiter.State.WAITING && !interrupted) {
      long left = settings.patience.toNanos() - (means.time().nanos() - start);
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
      interrupted = Thread.interrupted();
    }
    means.counters().count(Counters.Step.WAIT, means.time().nanos() - start);
    Duration retryAfter = leave(crew, waiter);
    if (interrupted) {
      abandon(crew, waiter);
      throw new InterruptedException("while an instance was waited for");
    }
    return switch (waiter.state()) {
      case GIVEN -> warm(waiter.berth());
      case MAY_MAKE -> make(crew, bundle, Purpose.SERVE);
      case SENT_AWAY -> Borrowed.draining();
      case WAITING, REFUSED -> {
        means.counters().count(Counters.Step.REFUSE, 0);
        yield Borrowed.queueFull(retryAfter);
      }
    };
  }

  /// Does nothing to one that was answered.
  ///
  /// @return what a call of this crew has to expect now
  private Duration leave(Crew crew, Waiter waiter) {
    lock.lock();
    try {
      admission.leave(crew, waiter);
      crews.dissolve(crew);
      return ExpectedWait.retryAfter(admission.expectedWaitNanos(crew));
    } finally {
      unlock();
    }
  }

  /// The caller does not want what it may have been given.
  private void abandon(Crew crew, Waiter waiter) {
    if (waiter.state() == Waiter.State.GIVEN) {
      giveBack(new Borrowed.Lent(waiter.berth(), Start.WARM), null);
    } else if (waiter.state() == Waiter.State.MAY_MAKE) {
      settle(crew, Optional.empty());
    }
  }

  Borrowed make(Crew crew, Bundle bundle, Purpose purpose) throws InterruptedException {
    Optional<Berth> made = Optional.empty();
    Start start = Start.COLD;
    try {
      Optional<Nursery.Taken> taken = nursery.take(settings.patience);
      made =
          taken.map(t ->
              new Berth(new Instance(crew.version, bundle, t.sandbox(), means, purpose), crew));
      start = taken.isPresent() && taken.get().waited() ? Start.FORKED : Start.COLD;
    } finally {
      settle(crew, made);
    }
    if (made.isPresent()) {
      return new Borrowed.Lent(made.get(), start);
    }
    String why = nursery.lastFailure();
    String slow = "no sandbox was ready within " + settings.patience.toSeconds() + " s";
    return new Borrowed.Failed(why.isEmpty() ? slow : why);
  }

  /// Ends the making of an instance, whether it was made or not.
  private void settle(Crew crew, Optional<Berth> made) {
    lock.lock();
    try {
      if (made.isPresent()) {
        crew.add(made.get());
        admission.lent(made.get(), means.time().nanos());
        if (admission.isClosed()) {
          made.get().instance.lose();
        }
      } else {
        admission.cpu.end(crew);
        admission.room.endRunning(crew.memory);
        serve(crew);
      }
    } finally {
      unlock();
    }
  }

  /// Something was given back, of this crew.
  void serve(Crew crew) {
    admission.serve();
    crews.dissolve(crew);
  }

  /// Ends a loan: a reusable instance becomes idle, another one is destroyed.
  ///
  /// @param usage what the call used; null if it did not run
  public void giveBack(Borrowed.Lent lent, @Nullable Usage usage) {
    Berth berth = lent.berth();
    Crew crew = berth.crew;
    boolean reusable = berth.instance.reusable();
    if (!reusable) {
      berth.instance.destroy(); // before its memory is promised to somebody else
    }
    lock.lock();
    try {
      long now = means.time().nanos();
      admission.cpu.end(crew);
      if (usage != null) {
        admission.learn(crew, usage);
      }
      if (admission.isClosed() || !reusable || !isKept(berth)) {
        crew.remove(berth);
        admission.room.endRunning(crew.memory);
        if (reusable) {
          admission.doom(berth.instance);
        }
        cameBack();
      } else {
        admission.rest(berth, now);
      }
      serve(crew);
    } finally {
      unlock();
    }
  }

  /// An instance is in nobody's hands any more: [#close] may wait for that.
  void cameBack() {
    if (admission.isClosed()) {
      returned.signalAll();
    }
  }

  private boolean isKept(Berth berth) {
    Crew crew = berth.crew;
    return berth.pinned
        || !crew.waiting.isEmpty()
        || crew.history.keepNanos(settings.keepAlive) > 0;
  }

  /// For the lookout: running instances of crews whose calls wait; empty if no call waits.
  Optional<List<Berth>> toLookAt(int most) {
    lock.lock();
    try {
      return admission.nobodyWaits() ? Optional.empty() : Optional.of(admission.toLookAt(most));
    } finally {
      lock.unlock();
    }
  }

  /// What the lookout saw.
  void seen(List<Lookout.Sight> sights) {
    lock.lock();
    try {
      sights.forEach(admission::seen);
      admission.serve();
    } finally {
      unlock();
    }
  }

  /// For the provisioner.
  Pins pins() {
    return new Pins(this, means.time());
  }

  /// For the keeper.
  Custody custody() {
    return new Custody(this, settings.keepAlive);
  }

  /// Whether no call runs or waits. For work that can be put off.
  public boolean isCalm() {
    lock.lock();
    try {
      return admission.cpu.isIdle();
    } finally {
      lock.unlock();
    }
  }

  /// A look at the pool, for people and tests.
  ///
  /// @param idle also those that are just being frozen
  /// @param queued calls that wait
  /// @param charged memory given to instances
  /// @param load what running calls want of the processors, as far as is known, in processors
  public record Census(
      List<Instance> lent, List<Instance> idle, int queued, Bytes charged, double load) {}

  public Census census() {
    var lent = new ArrayList<Instance>();
    var idle = new ArrayList<Instance>();
    lock.lock();
    try {
      for (Crew crew : crews.all()) {
        for (Berth berth : crew.members()) {
          (berth.state == Berth.State.LENT ? lent : idle).add(berth.instance);
        }
      }
      return new Census(
          lent, idle, admission.waiting(), admission.room.charged(), admission.cpu.load());
    } finally {
      lock.unlock();
    }
  }

  /// Destroys every instance; waiting callers are refused. The invocations that run end as lost,
  /// and are waited for until their callers give the instances back, two seconds at the most: one
  /// whose caller takes no more of a streamed answer may stay behind without a sandbox.
  @Override
  public void close() {
    lookout.close();
    lock.lock();
    try {
      admission.close();
      for (Crew crew : crews.all()) {
        crew.members()
            .forEach(b -> {
              if (b.state == Berth.State.IDLE) {
                b.instance.destroy();
              } else {
                b.instance.lose();
              }
            });
      }
      long left = LAST_CALLS.toNanos();
      while (anyOutside() && left > 0) {
        left = returned.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      crews.all().forEach(c -> c.members().forEach(b -> b.instance.destroy()));
      unlock();
    }
  }

  private boolean anyOutside() {
    return crews.all().stream()
        .flatMap(c -> c.members().stream())
        .anyMatch(b -> b.state == Berth.State.LENT || b.state == Berth.State.CLAIMED);
  }
}
