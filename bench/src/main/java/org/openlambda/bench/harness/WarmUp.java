package org.openlambda.bench.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/// Calls of a side that do not count, until the compilers of its JVM have little to do: what is
/// wanted is what a server gives that has run for a while, not what it gives in its first seconds.
///
/// @param requests that were made
/// @param took with the pauses
/// @param compiling share of one processor that its compilers took at last
/// @param quiet whether that was little
record WarmUp(long requests, Duration took, double compiling, boolean quiet) {
  private static final double LITTLE = 0.05;

  /// The compilers come after all that is called: as long as a round, up to this.
  private static final Duration MOST_PAUSE = Duration.ofSeconds(1);

  /// Runs one round at least.
  ///
  /// @param round how long it is called before its compilers are looked at
  /// @param most after this no other round begins
  static WarmUp of(Side side, Duration round, Duration most)
      throws IOException, InterruptedException {
    Duration pause = round.compareTo(MOST_PAUSE) < 0 ? round : MOST_PAUSE;
    long start = System.nanoTime();
    long requests = 0;
    while (true) {
      long before = side.spender().compilerMicros();
      long begun = System.nanoTime();
      requests += side.rounds().run(round).requests();
      long now = System.nanoTime();
      double compiling =
          1000.0 * (side.spender().compilerMicros() - before) / Math.max(1, now - begun);
      boolean quiet = compiling >= 0 && compiling <= LITTLE; // it falls when a compiler ends
      if (quiet || now - start + pause.toNanos() >= most.toNanos()) {
        return new WarmUp(requests, Duration.ofNanos(now - start), compiling, quiet);
      }
      Thread.sleep(pause);
    }
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
