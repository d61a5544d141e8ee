package org.openlambda.bench.load;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Which request is sent next. Called by any thread of a client; must not block or allocate much.
@FunctionalInterface
public interface Supply {
  /// @return empty when there are no more: the client stops
  Optional<Request> next();

  /// The same request for ever.
  static Supply always(Request request) {
    Optional<Request> it = Optional.of(request);
    return () -> it;
  }

  /// Each once, in order, whoever asks.
  static Supply each(List<Request> requests) {
    var next = new AtomicInteger();
    return () -> {
      int i = next.getAndIncrement();
      return i < requests.size() ? Optional.of(requests.get(i)) : Optional.empty();
    };
  }

  /// Any of them with the same probability, independently; the order depends on `seed` only.
  static Supply uniform(List<Request> requests, long seed) {
    List<Optional<Request>> all = requests.stream().map(Optional::of).toList();
    var drawn = new AtomicLong(seed);
    return () -> all.get(new SplittableRandom(drawn.getAndIncrement()).nextInt(all.size()));
  }
}
