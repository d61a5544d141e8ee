package org.openlambda.worker.instance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome.Reason;
import org.openlambda.core.invocation.Usage.Start;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.link.Purpose;
import org.openlambda.worker.zygote.Nursery;

/// All instances of a worker. A borrowed instance belongs to the borrower until [#giveBack]; an
/// idle one to the pool, which may freeze or evict it at any time.
///
/// Memory is the admission rule: a running instance is charged its limit, an idle one what it uses.
/// When a new one does not fit, idle ones are evicted; when that is not enough, the caller waits in
/// a bounded queue, first come first served.
public final class InstancePool implements AutoCloseable {
  /// What the invocations that run have to end when the worker closes and their sandboxes are dead.
  private static final Duration LAST_CALLS = Duration.ofSeconds(2);

  private final Settings settings;
  private final Nursery nursery;
  private final Means means;

  private final ReentrantLock lock = new ReentrantLock();

  /// Everything below is guarded by `lock`.
  private final Map<Version, ArrayDeque<Instance>> idle = new HashMap<>();

  /// The same instances, of all versions.
  private final Set<Instance> allIdle = new LinkedHashSet<>();

  private final Set<Instance> lent = new LinkedHashSet<>();

  /// Instances that are charged already and whose sandbox is being taken.
  private int making;

  private final MemoryBudget budget;

  /// Callers that wait for room, in order.
  private final ArrayDeque<Condition> queue = new ArrayDeque<>();

  private boolean closed;

  /// Signalled when an instance was given back after closing.
  private final Condition returned = lock.newCondition();

  /// @param memory for all sandboxes of the worker together
  /// @param mostInstances at once, idle ones included
  /// @param queue callers that may wait for room
  /// @param patience how long each of them waits
  public record Settings(Bytes memory, int mostInstances, int queue, Duration patience) {}

  public InstancePool(Settings settings, Nursery nursery, Means means) {
    this.settings = settings;
    this.nursery = nursery;
    this.means = means;
    this.budget = new MemoryBudget(settings.memory);
  }

  /// The answer to [#borrow].
  public sealed interface Borrowed {
    /// It is the caller's until given back.
    record Lent(Instance instance, Start start) implements Borrowed {}

    record Refused(Reason reason, Duration retryAfter) implements Borrowed {}

    /// No sandbox could be made.
    record Failed(String why) implements Borrowed {}
  }

  /// Lends an idle instance of `version`, or makes one. Blocks while there is no room, at most the
  /// configured patience.
  public Borrowed borrow(Version version, Bundle bundle) throws InterruptedException {
    long memory = version.config().limits().memory().count();
    var evicted = new ArrayList<Instance>();
    Optional<Instance> warm;
    lock.lock();
    try {
      Optional<Borrowed> refused = awaitRoom(version, memory, evicted);
      if (refused.isPresent()) {
        return refused.get();
      }
      warm = takeIdle(version, evicted);
      budget.charge(memory);
      warm.ifPresentOrElse(this::lend, () -> making++);
    } finally {
      lock.unlock();
      evicted.forEach(Instance::destroy);
    }
    if (warm.isPresent()) {
      warm.get().thaw();
      return new Borrowed.Lent(warm.get(), Start.WARM);
    }
    return make(version, bundle, memory);
  }

  private void lend(Instance instance) {
    instance.lent(means.time().nanos());
    lent.add(instance);
  }

  private Borrowed make(Version version, Bundle bundle, long memory) throws InterruptedException {
    Optional<Instance> made = Optional.empty();
    Start start = Start.COLD;
    try {
      Optional<Nursery.Taken> taken = nursery.take(settings.patience);
      made = taken.map(t -> new Instance(version, bundle, t.sandbox(), means, Purpose.SERVE));
      start = taken.isPresent() && taken.get().waited() ? Start.FORKED : Start.COLD;
    } finally {
      settle(made, memory);
    }
    if (made.isPresent()) {
      return new Borrowed.Lent(made.get(), start);
    }
    String why = nursery.lastFailure();
    String slow = "no sandbox was ready within " + settings.patience.toSeconds() + " s";
    return new Borrowed.Failed(why.isEmpty() ? slow : why);
  }

  /// Ends the making of an instance, whether it was made or not.
  private void settle(Optional<Instance> made, long memory) {
    lock.lock();
    try {
      making--;
      made.ifPresentOrElse(this::lend, () -> budget.refund(memory));
      if (closed) {
        made.ifPresent(Instance::lose);
      }
      signalFirst();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until an instance of this size may run; `evicted` are to be destroyed by the caller.
  private Optional<Borrowed> awaitRoom(Version version, long memory, List<Instance> evicted)
      throws InterruptedException {
    if (!budget.couldHold(version.config().limits().memory())) {
      return Optional.of(new Borrowed.Refused(Reason.TOO_LARGE_FOR_WORKER, Duration.ZERO));
    }
    if (closed) {
      return Optional.of(new Borrowed.Refused(Reason.DRAINING, Duration.ofSeconds(1)));
    }
    if (queue.isEmpty() && makeRoom(version, memory, evicted)) {
      return Optional.empty();
    }
    if (queue.size() >= settings.queue) {
      return Optional.of(new Borrowed.Refused(Reason.QUEUE_FULL, Duration.ofSeconds(1)));
    }
    return queueUp(version, memory, evicted);
  }

  private Optional<Borrowed> queueUp(Version version, long memory, List<Instance> evicted)
      throws InterruptedException {
    Condition turn = lock.newCondition();
    queue.add(turn);
    try {
      long left = settings.patience.toNanos();
      while (!closed && left > 0) {
        if (turn.equals(queue.peek()) && makeRoom(version, memory, evicted)) {
          return Optional.empty();
        }
        left = turn.awaitNanos(left);
      }
      return Optional.of(
          closed
              ? new Borrowed.Refused(Reason.DRAINING, Duration.ofSeconds(1))
              : new Borrowed.Refused(Reason.QUEUE_FULL, settings.patience));
    } finally {
      queue.remove(turn);
      signalFirst();
    }
  }

  /// Whether an instance of `version` fits now, evicting idle ones if that helps.
  private boolean makeRoom(Version version, long memory, List<Instance> evicted) {
    ArrayDeque<Instance> same = idle.get(version);
    Instance own = same == null ? null : same.peekLast();
    long missing = budget.missing(own == null ? memory : memory - charge(own));
    if (own == null && allIdle.size() + lent.size() + making >= settings.mostInstances) {
      missing = Math.max(missing, 1);
    }
    if (missing <= 0) {
      return true;
    }
    long now = means.time().nanos();
    var candidates =
        allIdle.stream()
            .filter(i -> !i.equals(own))
            .sorted(Comparator.comparingLong(i -> i.idleSinceNanos() - now))
            .map(i -> new Eviction.Candidate<>(i, charge(i)))
            .toList();
    List<Instance> chosen = Eviction.leastRecentlyUsed(candidates, missing);
    for (Instance instance : chosen) {
      removeIdle(instance);
      budget.refund(charge(instance));
      evicted.add(instance);
      means.counters().count(Counters.Step.EVICT, 0);
    }
    return !chosen.isEmpty();
  }

  /// The idle instance that was used last; dead ones go to `evicted`.
  private Optional<Instance> takeIdle(Version version, List<Instance> evicted) {
    while (true) {
      ArrayDeque<Instance> same = idle.get(version);
      if (same == null) {
        return Optional.empty();
      }
      Instance newest = same.getLast();
      removeIdle(newest);
      budget.refund(charge(newest));
      if (newest.reusable()) {
        return Optional.of(newest);
      }
      evicted.add(newest);
    }
  }

  /// Ends a loan: a reusable instance becomes idle, another one is destroyed.
  public void giveBack(Instance instance) {
    boolean keep = instance.reusable();
    if (!keep) {
      instance.destroy(); // before its memory is promised to somebody else
    }
    lock.lock();
    try {
      lent.remove(instance);
      budget.refund(instance.version().config().limits().memory().count());
      if (closed) {
        instance.destroy();
        returned.signalAll();
      } else if (keep) {
        instance.idleSince(means.time().nanos());
        addIdle(instance);
        budget.charge(charge(instance));
      }
      signalFirst();
    } finally {
      lock.unlock();
    }
  }

  /// What an idle instance is charged.
  private static long charge(Instance instance) {
    long limit = instance.version().config().limits().memory().count();
    return Math.min(limit, Math.max(instance.peak().count(), 1L << 20));
  }

  private void signalFirst() {
    Condition first = queue.peek();
    if (first != null) {
      first.signal();
    }
  }

  private void addIdle(Instance instance) {
    idle.computeIfAbsent(instance.version(), v -> new ArrayDeque<>()).add(instance);
    allIdle.add(instance);
  }

  private void removeIdle(Instance instance) {
    allIdle.remove(instance);
    ArrayDeque<Instance> same = idle.get(instance.version());
    if (same != null) {
      same.remove(instance);
      if (same.isEmpty()) {
        idle.remove(instance.version());
      }
    }
  }

  /// Takes idle instances out, for the keeper; they are its own until it puts them back. They stay
  /// charged as idle ones.
  List<Instance> claimIdle(java.util.function.Predicate<Instance> which) {
    lock.lock();
    try {
      List<Instance> claimed = allIdle.stream().filter(which).toList();
      for (Instance instance : claimed) {
        removeIdle(instance);
        lent.add(instance);
      }
      return claimed;
    } finally {
      lock.unlock();
    }
  }

  /// Puts back what [#claimIdle] took, as the oldest of its version.
  void returnClaimed(Instance instance) {
    lock.lock();
    try {
      lent.remove(instance);
      if (closed) {
        instance.destroy();
        return;
      }
      idle.computeIfAbsent(instance.version(), v -> new ArrayDeque<>()).addFirst(instance);
      allIdle.add(instance);
      signalFirst(); // somebody may have looked in vain for an instance to evict
    } finally {
      lock.unlock();
    }
  }

  /// Destroys what [#claimIdle] took.
  void discardClaimed(Instance instance) {
    instance.destroy();
    lock.lock();
    try {
      lent.remove(instance);
      budget.refund(charge(instance));
      signalFirst();
    } finally {
      lock.unlock();
    }
  }

  /// For each name, the version that was lent last: a long call of an old one makes it no newer.
  Map<FunctionName, Version> newestVersions() {
    lock.lock();
    try {
      var newest = new HashMap<FunctionName, Instance>();
      allIdle.forEach(i -> newest.merge(i.version().name(), i, InstancePool::later));
      lent.forEach(i -> newest.merge(i.version().name(), i, InstancePool::later));
      var versions = new HashMap<FunctionName, Version>();
      newest.forEach((name, instance) -> versions.put(name, instance.version()));
      return versions;
    } finally {
      lock.unlock();
    }
  }

  private static Instance later(Instance a, Instance b) {
    return a.lentNanos() - b.lentNanos() > 0 ? a : b;
  }

  /// A look at the pool, for people and tests.
  ///
  /// @param charged memory given to instances
  public record Census(List<Instance> lent, List<Instance> idle, int queued, Bytes charged) {}

  public Census census() {
    lock.lock();
    try {
      return new Census(List.copyOf(lent), List.copyOf(allIdle), queue.size(), budget.charged());
    } finally {
      lock.unlock();
    }
  }

  /// Destroys every instance; waiting callers are refused. The invocations that run end as lost,
  /// and are waited for until their callers give the instances back, two seconds at the most: one
  /// whose caller takes no more of a streamed answer may stay behind without a sandbox.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      allIdle.forEach(Instance::destroy);
      allIdle.clear();
      idle.clear();
      queue.forEach(Condition::signal);
      lent.forEach(Instance::lose);
      long left = LAST_CALLS.toNanos();
      while (!lent.isEmpty() && left > 0) {
        left = returned.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lent.forEach(Instance::destroy);
      lock.unlock();
    }
  }
}
