package org.openlambda.worker.policy;

/// Whether the processors bear one more running call: calls that only wait for something else come
/// in freely, those that compute as many as there are processors. More at once would not be done
/// sooner, only all of them later, and hold memory meanwhile: the *multiprogramming level* of
/// Denning et al. (1976), with the share of its time in which a call wants a processor as its
/// weight.
///
/// Nobody waits for others beyond that who runs less than a fair part (max-min fairness): a
/// function may always run one call, and as many as make up its part. The kernel shares the
/// processors among the sandboxes then. A pure function.
public final class CpuGate {
  /// With so many calls a processor, only those known to be short come in on the fair part.
  private static final int CROWDED = 4;

  /// A call this short does not change what others get.
  private static final long SHORT_NANOS = 10_000_000;

  private CpuGate() {}

  /// What the processors have to do now.
  ///
  /// @param load the shares of all running calls together
  /// @param functions that have calls running or waiting, at least 1
  /// @param cores more than 0
  public record Processors(double load, int functions, int cores) {}

  /// Who asks.
  ///
  /// @param share of its time that a call of it wants a processor, 0 to 1
  /// @param running calls of the same function
  /// @param cpuNanos processor time of one of its calls; 0 if that is not known
  public record Asker(double share, int running, long cpuNanos) {}

  public static boolean opens(Processors now, Asker asker) {
    double share = asker.share;
    if (now.load + share / 2 <= now.cores) { // rounded: of 0.9 each, two cores have two, not three
      return true;
    }
    double part = (double) now.cores / now.functions;
    boolean hasLess = asker.running == 0 || (asker.running + 0.5) * share <= part;
    return hasLess && (now.load < CROWDED * now.cores || asker.cpuNanos <= SHORT_NANOS);
  }

  /// How many calls of this share run at a time, if nobody else does.
  public static int atOnce(int cores, double share) {
    return (int) Math.min(100_000, Math.max(1, Math.round(cores / Math.max(share, 1e-6))));
  }
}
