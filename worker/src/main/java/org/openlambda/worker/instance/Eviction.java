package org.openlambda.worker.instance;

import java.util.ArrayList;
import java.util.List;

/// Which idle instances to give up so that enough memory becomes free. Pure functions.
final class Eviction {
  private Eviction() {}

  /// An idle instance as the policy sees it.
  ///
  /// @param bytes what giving it up frees
  record Candidate<T>(T what, long bytes) {}

  /// Least recently used first, no more than needed (LRU).
  ///
  /// @param idle in the order in which they became idle, oldest first
  /// @param missing bytes to free
  /// @return those to evict; empty if all of them together would not be enough
  static <T> List<T> leastRecentlyUsed(Iterable<Candidate<T>> idle, long missing) {
    var evicted = new ArrayList<T>();
    long left = missing;
    for (Candidate<T> candidate : idle) {
      if (left <= 0) {
        break;
      }
      evicted.add(candidate.what());
      left -= candidate.bytes();
    }
    return left > 0 ? List.of() : evicted;
  }
}
