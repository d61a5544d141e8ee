package org.openlambda.worker.instance;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.function.Version;
import org.openlambda.core.route.Provisioning;
import org.openlambda.core.time.Time;
import org.openlambda.worker.bundle.BundleStore;

/// Keeps instances of versions loaded ahead of calls, on a thread of its own: makes those that are
/// missing, a few at a time, and lets go what is not wanted any more. What cannot be loaded is
/// tried again after a while.
public final class Provisioner implements Provisioning, AutoCloseable {
  private static final long ROUND_NANOS = 200_000_000L;

  /// Instances that are made at the same time: calls need processors, too.
  static final int AT_ONCE = 2;

  private static final long FIRST_PAUSE_NANOS = 5_000_000_000L;
  private static final long LONGEST_PAUSE_NANOS = 300_000_000_000L;

  private final Pins pins;
  private final BundleStore bundles;
  private final Time time;
  private final AtomicInteger making = new AtomicInteger();
  private final Map<Version, Failure> failures = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile Map<Version, Integer> wanted = Map.of();
  private volatile boolean closed;

  /// The thread's: what it may have pinned.
  private final Map<Version, AtomicInteger> known = new HashMap<>();

  /// @param pauseNanos until it is tried again, at `againNanos`
  private record Failure(String why, long pauseNanos, long againNanos) {}

  public Provisioner(InstancePool pool, BundleStore bundles, Time time) {
    this.pins = pool.pins();
    this.bundles = bundles;
    this.time = time;
    this.thread = Thread.ofPlatform().name("provisioner").daemon().start(this::work);
  }

  @Override
  public void keep(Map<Version, Integer> versions) {
    wanted = Map.copyOf(versions);
    LockSupport.unpark(thread);
  }

  @Override
  public Progress progress(Version version) {
    return new Progress(
        pins.count(version), Optional.ofNullable(failures.get(version)).map(Failure::why));
  }

  private void work() {
    while (!closed) {
      round();
      LockSupport.parkNanos(this, known.isEmpty() ? Long.MAX_VALUE : ROUND_NANOS);
    }
  }

  private void round() {
    Map<Version, Integer> now = wanted;
    now.keySet().forEach(version -> known.computeIfAbsent(version, _ -> new AtomicInteger()));
    failures.keySet().retainAll(now.keySet());
    for (Map.Entry<Version, AtomicInteger> entry : Map.copyOf(known).entrySet()) {
      Version version = entry.getKey();
      AtomicInteger underWay = entry.getValue();
      int coming = underWay.get(); // before those that are there: one that comes now counts twice
      int there = pins.count(version);
      int want = now.getOrDefault(version, 0);
      if (there > want) { // what is coming does not count here: it may yet be refused
        pins.letGo(version, there - want);
      }
      int missing = want - coming - there;
      for (int i = 0; i < missing && mayTry(version); i++) {
        begin(version, underWay);
      }
      if (!now.containsKey(version) && underWay.get() == 0 && pins.count(version) == 0) {
        known.remove(version);
      }
    }
  }

  private boolean mayTry(Version version) {
    Failure last = failures.get(version);
    return making.get() < AT_ONCE && (last == null || time.nanos() - last.againNanos >= 0);
  }

  private void begin(Version version, AtomicInteger underWay) {
    making.incrementAndGet();
    underWay.incrementAndGet();
    Thread.ofVirtual()
        .name("provision")
        .start(() -> {
          try {
            note(version, make(version));
          } finally {
            underWay.decrementAndGet();
            making.decrementAndGet();
            LockSupport.unpark(thread);
          }
        });
  }

  private Optional<String> make(Version version) {
    try {
      return pins.makeOne(version, bundles.fetch(version.code()));
    } catch (IOException e) {
      return Optional.of("its code cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the worker was stopped");
    }
  }

  private void note(Version version, Optional<String> why) {
    if (why.isEmpty()) {
      failures.remove(version);
      return;
    }
    failures.compute(
        version,
        (_, last) -> {
          long pause =
              last == null ? FIRST_PAUSE_NANOS : Math.min(2 * last.pauseNanos, LONGEST_PAUSE_NANOS);
          return new Failure(why.get(), pause, time.nanos() + pause);
        });
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
