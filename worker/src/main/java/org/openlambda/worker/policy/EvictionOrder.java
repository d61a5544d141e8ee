package org.openlambda.worker.policy;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Things by their worth, lowest first, for worth that only grows: a heap that looks at what
/// something is worth by now only when it comes to the top, and puts it back if that is more than
/// it was. So using a thing costs nothing here, and taking one out O(log n) on average.
///
/// Not safe for threads.
///
/// @param <T> each is in here once at the most, see to that
public final class EvictionOrder<T> {
  private final ToDoubleFunction<T> worth;
  private final PriorityQueue<Entry<T>> heap =
      new PriorityQueue<>(Comparator.comparingDouble((Entry<T> e) -> e.worth));

  private record Entry<T>(T thing, double worth) {}

  /// @param worth what a thing is worth now
  public EvictionOrder(ToDoubleFunction<T> worth) {
    this.worth = worth;
  }

  public void add(T thing) {
    heap.add(new Entry<>(thing, worth.applyAsDouble(thing)));
  }

  /// Takes out the thing worth least now; empty if there is none.
  public Optional<T> poll() {
    while (true) {
      Entry<T> first = heap.poll();
      if (first == null) {
        return Optional.empty();
      }
      double now = worth.applyAsDouble(first.thing);
      Entry<T> second = heap.peek();
      if (now <= first.worth || second == null || now <= second.worth) {
        return Optional.of(first.thing);
      }
      heap.add(new Entry<>(first.thing, now));
    }
  }

  /// Takes out those that are no more.
  public void retain(Predicate<T> there) {
    heap.removeIf(entry -> !there.test(entry.thing));
  }

  public int size() {
    return heap.size();
  }
}
