package org.openlambda.bench.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.openlambda.bench.machine.Spender;

/// Calls of a side that do not count, until the compilers of its JVM have little to do: what is
/// wanted is what a server gives that has run for a while, not what it gives in its first seconds.
///
/// @param requests that were made
/// @param took with the pauses
/// @param compiling share of one processor that its compilers took at last
/// @param quiet whether that was little
record WarmUp(long requests, Duration took, double compiling, boolean quiet) {
  private static final double LITTLE = 0.05;

  /// The compilers come after all that is called.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// @param round how long it is called before its compilers are looked at
  /// @param most rounds
  static WarmUp of(Side side, Duration round, int most) throws IOException, InterruptedException {
    Spender spender = side.spender();
    long start = System.nanoTime();
    long requests = 0;
    double compiling = 0;
    for (int i = 0; i < most; i++) {
      long before = spender.compilerMicros();
      long begun = System.nanoTime();
      requests += side.rounds().run(round).requests();
      compiling =
          1000.0 * (spender.compilerMicros() - before) / Math.max(1, System.nanoTime() - begun);
      if (compiling <= LITTLE) {
        break;
      }
      Thread.sleep(PAUSE);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new WarmUp(requests, took, compiling, compiling <= LITTLE);
  }

  /// In words.
  String told() {
    return String.format(
        Locale.ROOT,
        "%,d calls in %.1f s, its compilers %s (%.0f %% of a processor)",
        requests,
        took.toMillis() / 1000.0,
        quiet ? "quiet then" : "still at work",
        100 * compiling);
  }
}
