package org.openlambda.bench.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How long the machine's processors stand still by themselves: a virtual machine's are taken away
/// by its host, mostly without telling the guest. Calls that it hits are late by that.
///
/// @param share of the time, 0 to 1, in gaps of more than half a millisecond
/// @param longestMs the longest gap
public record Pauses(double share, double longestMs) {
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final long GAP_NANOS = 500_000;

  /// Looks at the clock again and again, on all processors, for two seconds. To be called while
  /// nothing else runs.
  static Pauses measure(int cores) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(cores)) {
      List<Future<Pauses>> all = new ArrayList<>();
      for (int i = 0; i < cores; i++) {
        all.add(threads.submit(Pauses::ofOneProcessor));
      }
      double share = 0;
      double longest = 0;
      for (var one : all) {
        share += one.get().share / cores;
        longest = Math.max(longest, one.get().longestMs);
      }
      return new Pauses(share, longest);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Pauses ofOneProcessor() {
    long start = System.nanoTime();
    long last = start;
    long still = 0;
    long longest = 0;
    while (last - start < LOOK.toNanos()) {
      long now = System.nanoTime();
      long gap = now - last;
      still += gap > GAP_NANOS ? gap : 0;
      longest = Math.max(longest, gap);
      last = now;
    }
    return new Pauses(still / (double) LOOK.toNanos(), longest / 1e6);
  }

  /// In a few words, for people.
  public String toText() {
    return String.format(
        Locale.ROOT,
        "stood still by itself %.1f %% of the time, %.1f ms at the longest",
        100 * share,
        longestMs);
  }
}
