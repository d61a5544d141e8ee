package org.openlambda.worker.policy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/// In which order functions with waiting calls are served: start-time fair queueing (Goyal, Vin and
/// Cheng, 1996). Each call starts, on a clock of its own, where the one before it of its function
/// ended, and costs what calls of that function cost; the earliest start is served first. Whoever
/// uses little therefore comes soon, and nobody is passed over for ever.
///
/// Not safe for threads.
///
/// @param <F> the functions
public final class FairOrder<F> {
  private final Map<F, Place<F>> waiting = new HashMap<>();
  private final TreeSet<Place<F>> order =
      new TreeSet<>(
          Comparator.comparingDouble((Place<F> p) -> p.start).thenComparingLong(p -> p.number));

  /// The start of the call that was served last.
  private double now;

  private long numbers;

  /// @param start of its next call
  /// @param number who came first among equals
  private record Place<F>(F function, double start, long number) {}

  /// A function has its first waiting call.
  ///
  /// @param end where its last call ended, as [#serve] said; 0 if it had none
  public void join(F function, double end) {
    var place = new Place<>(function, Math.max(now, end), numbers++);
    if (waiting.putIfAbsent(function, place) == null) {
      order.add(place);
    }
  }

  /// A call of a waiting function is served; the next one has its place behind it.
  ///
  /// @param cost of a call, in any unit, more than 0
  /// @return where this call ends
  public double serve(F function, double cost) {
    Place<F> place = waiting.get(function);
    if (place == null) {
      throw new IllegalStateException(function + " does not wait");
    }
    now = Math.max(now, place.start);
    double end = place.start + cost;
    order.remove(place);
    var next = new Place<>(function, end, numbers++);
    waiting.put(function, next);
    order.add(next);
    return end;
  }

  /// No call of it waits any more.
  public void leave(F function) {
    Place<F> place = waiting.remove(function);
    if (place != null) {
      order.remove(place);
    }
  }

  /// Asks the functions in order until one says true; returns it by having been asked last.
  ///
  /// @return whether one did
  public boolean any(Predicate<F> stop) {
    for (Place<F> place : order) {
      if (stop.test(place.function)) {
        return true;
      }
    }
    return false;
  }

  public boolean isEmpty() {
    return order.isEmpty();
  }

  public Iterable<F> functions() {
    return waiting.keySet();
  }
}
