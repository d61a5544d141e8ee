package org.openlambda.worker.zygote;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.core.function.Limits;
import org.openlambda.core.time.Patience;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.sandbox.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sandboxes that wait for work. Maker threads keep as many ready as [PoolSize] says and make one
/// more for each caller that waits; who comes first is served first.
///
/// A lane is one zygote with the threads that clone it. Two lanes use two cores: a fork is serial
/// in its parent, what the child does afterwards is not.
public final class Nursery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Nursery.class);

  /// How long [#close] waits for each maker and each zygote.
  private static final Duration END = Patience.of(Duration.ofSeconds(5));

  private static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Settings settings;
  private final ZygoteStarter starter;
  private final SandboxMaker maker;
  private final Counters counters;
  private final List<Thread> makers = new CopyOnWriteArrayList<>();
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final Lane.Turns turns = new Lane.Turns();

  private final ReentrantLock lock = new ReentrantLock();

  /// Signalled when more sandboxes are needed.
  private final Condition needed = lock.newCondition();

  /// Signalled at the end only: what makers wait on that failed just now.
  private final Condition rested = lock.newCondition();

  /// Everything below is guarded by `lock`.
  private final ArrayDeque<Sandbox> ready = new ArrayDeque<>();

  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private final PoolSize size;
  private int making;
  private boolean filled;
  private long lastTakenNanos = System.nanoTime() - Refill.CALM_NANOS;

  /// Read by waiters without the lock.
  private volatile boolean closed;

  private String lastFailure = "";

  /// @param least sandboxes that always wait
  /// @param most that ever wait
  /// @param lanes zygotes at once
  /// @param makersPerLane threads that clone each zygote
  /// @param limits of those that wait, without a network; enough to be born and to compile code. A
  ///   function with others changes them when it comes
  public record Settings(int least, int most, int lanes, int makersPerLane, Limits limits) {}

  /// A sandbox, and whether it was there already.
  public record Taken(Sandbox sandbox, boolean waited) {}

  /// Somebody who waits for a sandbox.
  private static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile Optional<Sandbox> given = Optional.empty();
  }

  /// @param starter starts the zygote of a lane
  public Nursery(Settings settings, ZygoteStarter starter, SandboxMaker maker, Counters counters) {
    this.settings = settings;
    this.starter = starter;
    this.maker = maker;
    this.counters = counters;
    this.size = new PoolSize(Math.min(1, settings.least), settings.most, System.nanoTime());
  }

  /// Starts one lane, which keeps one sandbox until [#fill]; returns at once.
  public void open() {
    startLane(0);
  }

  /// Starts all lanes, and has as many sandboxes wait as should. Nothing if that was done, or all
  /// is closed; who has to wait for a sandbox does it. Returns at once.
  public void fill() {
    lock.lock();
    try {
      if (filled || closed) {
        return;
      }
      filled = true;
      size.raiseTo(settings.least);
      for (int i = 1; i < settings.lanes; i++) {
        startLane(i);
      }
      needed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void startLane(int number) {
    var lane = new Lane(number, starter, turns, () -> closed);
    lanes.add(lane);
    for (int k = 0; k < settings.makersPerLane; k++) {
      makers.add(
          Thread.ofPlatform().name("maker-" + number + "-" + k).daemon().start(() -> work(lane)));
    }
  }

  /// Takes a waiting sandbox, or waits until one is made; then the nursery is filled, see [#fill].
  ///
  /// @return empty after `patience`, or if the nursery is closed
  public Optional<Taken> take(Duration patience) throws InterruptedException {
    return take(patience, this::fill);
  }

  /// The same for what nobody waits for: it has nothing filled.
  public Optional<Taken> takeForLater(Duration patience) throws InterruptedException {
    return take(patience, () -> {});
  }

  private Optional<Taken> take(Duration patience, Runnable missed) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Waiter waiter;
    lock.lock();
    try {
      lastTakenNanos = System.nanoTime();
      size.taken(lastTakenNanos);
      Optional<Sandbox> there = pollLiving();
      needed.signal();
      if (there.isPresent() || closed) {
        return there.map(s -> new Taken(s, false));
      }
      missed.run();
      waiter = new Waiter();
      waiting.add(waiter);
      needed.signal();
    } finally {
      lock.unlock();
    }
    Optional<Sandbox> made = await(waiter, end);
    counters.count(Counters.Step.FORK, patience.toNanos() - (end - System.nanoTime()));
    return made.map(s -> new Taken(s, true));
  }

  private Optional<Sandbox> await(Waiter waiter, long end) throws InterruptedException {
    boolean interrupted = false;
    while (waiter.given.isEmpty() && !closed && System.nanoTime() - end < 0 && !interrupted) {
      LockSupport.parkNanos(this, end - System.nanoTime());
      interrupted = Thread.interrupted();
    }
    lock.lock();
    try {
      waiting.remove(waiter);
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      waiter.given.ifPresent(Sandbox::destroy);
      throw new InterruptedException("while a sandbox was waited for");
    }
    return waiter.given;
  }

  /// Destroys sandboxes that wait beyond the size the pool should have by now, and those that died
  /// while they waited: others are made instead.
  public void trim() {
    var surplus = new ArrayList<Sandbox>();
    lock.lock();
    try {
      ready.stream().filter(Sandbox::isDead).forEach(surplus::add);
      ready.removeAll(surplus);
      int wanted = size.size(System.nanoTime());
      while (ready.size() > wanted) {
        surplus.add(ready.removeLast());
      }
      needed.signalAll();
    } finally {
      lock.unlock();
    }
    surplus.forEach(Sandbox::destroy);
  }

  /// Why the last sandbox could not be made; empty if all could.
  public String lastFailure() {
    lock.lock();
    try {
      return lastFailure;
    } finally {
      lock.unlock();
    }
  }

  /// How many wait now.
  public int waitingSandboxes() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Sandbox> pollLiving() {
    while (true) {
      Sandbox next = ready.poll();
      if (next == null) {
        return Optional.empty();
      }
      if (!next.isDead()) {
        return Optional.of(next);
      }
      next.destroy();
    }
  }

  private void work(Lane lane) {
    try {
      for (Need need = awaitNeed(lane); need != Need.NOTHING; need = awaitNeed(lane)) {
        Optional<Zygote> zygote = zygote(lane);
        if (need == Need.SANDBOX) {
          deliver(zygote.isPresent() ? make(zygote.get(), lane) : Optional.empty());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Zygote> zygote(Lane lane) throws InterruptedException {
    try {
      return Optional.of(lane.zygote());
    } catch (IOException | RuntimeException e) {
      failed(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Sandbox> make(Zygote zygote, Lane lane) throws InterruptedException {
    try {
      long start = System.nanoTime();
      Sandbox made = maker.make(zygote, lane.place());
      counters.count(Counters.Step.CREATE, System.nanoTime() - start);
      return Optional.of(made);
    } catch (IOException | RuntimeException e) { // of the machine: no descriptor, no memory, no uid
      failed(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /// What a maker is to do.
  private enum Need {
    /// It is counted as being made.
    SANDBOX,
    /// The lane has none, and should before somebody waits for it.
    ZYGOTE,
    /// No more, as the nursery is closed.
    NOTHING
  }

  private Need awaitNeed(Lane lane) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && (lane.isYetToJoin() || !isDue())) {
        if (lane.isEmpty()) {
          return Need.ZYGOTE;
        }
        if (ready.size() + making >= waiting.size() + size.size(System.nanoTime())) {
          needed.await();
        } else {
          needed.awaitNanos(Refill.CALM_NANOS / 2);
        }
      }
      making++;
      return closed ? Need.NOTHING : Need.SANDBOX;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue() {
    long now = System.nanoTime();
    return Refill.isDue(
        ready.size() + making, making, size.size(now), waiting.size(), now - lastTakenNanos);
  }

  private void deliver(Optional<Sandbox> made) {
    lock.lock();
    try {
      making--;
      if (made.isEmpty()) {
        return;
      }
      lastFailure = "";
      turns.firstIsMade();
      Waiter next = waiting.poll();
      if (closed) {
        made.get().destroy();
      } else if (next == null) {
        ready.add(made.get());
      } else {
        next.given = made;
        LockSupport.unpark(next.thread);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Says so once, and lets some time pass before the next try.
  private void failed(String why) throws InterruptedException {
    lock.lock();
    try {
      if (!closed && !why.equals(lastFailure)) {
        LOG.warn("{}; tried again every 200 ms", why);
      }
      lastFailure = why;
      long left = BACK_OFF_NANOS;
      while (!closed && left > 0) {
        left = rested.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The pids of the zygotes' launchers, for people who look at the machine.
  public List<Integer> zygotes() {
    return lanes.stream().flatMap(lane -> lane.current().stream()).map(Zygote::pid).toList();
  }

  /// Destroys what waits and ends the zygotes, and with them every sandbox. When it returns, no
  /// launcher is left, not even as a zombie.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ready.forEach(Sandbox::destroy);
      ready.clear();
      needed.signalAll();
      rested.signalAll();
      waiting.forEach(w -> LockSupport.unpark(w.thread));
    } finally {
      lock.unlock();
    }
    lanes.forEach(Lane::close);
    try {
      for (Thread thread : makers) {
        thread.join(END);
      }
      for (Lane lane : lanes) {
        lane.awaitEnd(END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
