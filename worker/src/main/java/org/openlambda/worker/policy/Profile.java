package org.openlambda.worker.policy;

/// What the calls of one function are like, as far as was seen: moving averages with a weight of
/// one eighth for the newest (exponential smoothing, as TCP estimates its round trips; Jacobson
/// 1988).
///
/// Not safe for threads.
public final class Profile {
  private static final double WEIGHT = 1.0 / 8;
  private static final double SAMPLE_WEIGHT = 1.0 / 2;

  private static final double BRIEF_NANOS = 1_000_000;

  /// So many calls make up the average, by its weight.
  private static final int ENOUGH_CALLS = 8;

  /// A call this long was not made so by the start of others.
  private static final double LONG_NANOS = 1_000_000_000;

  /// What a cold start is taken for until one was seen.
  private static final double USUAL_COLD_NANOS = 2_000_000;

  /// Time of a call in its handler; negative while none has finished.
  private double serviceNanos = -1;

  /// Calls that have finished, up to [#ENOUGH_CALLS].
  private int finished;

  private double cpuNanos = -1;
  private double coldNanos = -1;

  /// Of its time, what a running call wants a processor; negative while nobody looked.
  private double sampledShare = -1;

  /// How long calls have run that do nothing but wait; 0 if none did since the last one finished.
  private double waitingNanos;

  /// A call has finished.
  ///
  /// @param handlerNanos its time without loading
  /// @param cpuOfHandlerNanos the processor time in that
  public void finished(long handlerNanos, long cpuOfHandlerNanos) {
    serviceNanos = smooth(serviceNanos, (double) handlerNanos, WEIGHT);
    cpuNanos = smooth(cpuNanos, (double) cpuOfHandlerNanos, WEIGHT);
    finished = Math.min(ENOUGH_CALLS, finished + 1);
    waitingNanos = 0;
  }

  /// A call had to be given a new sandbox, which took so long to be ready, loading included.
  public void started(long coldStartNanos) {
    coldNanos = smooth(coldNanos, (double) coldStartNanos, WEIGHT);
  }

  /// Somebody looked at calls that run: so many of them ran or wanted to. Tells what processor time
  /// cannot: a call that waits for a processor uses none and is not blocked either.
  ///
  /// @param working of which so many had not answered yet, more than 0
  public void sampled(int wantProcessor, int working) {
    sampledShare = smooth(sampledShare, (double) wantProcessor / working, SAMPLE_WEIGHT);
  }

  /// All calls that run were seen to wait, and have run for so long at least. If that is longer
  /// than calls took before, those were no measure of these: what the others used of a processor is
  /// spread over the longer time.
  public void waited(long nanos) {
    waitingNanos = nanos;
  }

  private static double smooth(double before, double now, double weight) {
    return before < 0 ? now : before + (now - before) * weight;
  }

  /// Whether anything is known of how its calls run.
  public boolean isKnown() {
    return serviceNanos >= 0 || sampledShare >= 0;
  }

  /// Whether a call has finished.
  public boolean hasFinished() {
    return serviceNanos >= 0;
  }

  /// Whether the time of its calls is known well enough to turn others away by it. The first of a
  /// thousand that come at once runs while the rest arrive, and is no measure of them.
  public boolean isSettled() {
    return finished == ENOUGH_CALLS || serviceNanos >= LONG_NANOS;
  }

  /// The part of its time in which a call wants a processor, 0 to 1; 1 while nothing is known. Used
  /// processor time is a lower bound of it: on a machine that is too busy, calls get less than they
  /// want. A very short call is on its way to the sandbox and back for half of its time, which the
  /// samples do not count.
  public double cpuShare() {
    if (!isKnown()) {
      return 1;
    }
    double time = Math.max(serviceNanos, waitingNanos);
    double used = time <= 0 ? 0 : Math.min(1, cpuNanos / time);
    boolean brief = hasFinished() && cpuNanos < BRIEF_NANOS;
    return Math.max(used, brief ? sampledShare / 2 : sampledShare);
  }

  /// Whether its calls are known, and known to take less than a millisecond of processor time.
  public boolean isBrief() {
    return hasFinished() && sampledShare >= 0 && cpuNanos < BRIEF_NANOS;
  }

  /// The share to go by where more of its calls want to run: as [#cpuShare], but as long as nobody
  /// looked they are taken to compute. What they used says little on a crowded machine.
  public double carefulShare() {
    if (sampledShare >= 0 || !hasFinished()) {
      return cpuShare();
    }
    return Math.max(cpuShare(), cpuNanos < BRIEF_NANOS ? 0.5 : 1);
  }

  /// Time of a call without loading; 0 while none has finished.
  public long serviceNanos() {
    return (long) Math.max(0, serviceNanos);
  }

  /// Processor time of a call; 0 while none has finished.
  public long cpuNanos() {
    return (long) Math.max(0, cpuNanos);
  }

  /// What it takes to have a new instance ready.
  public long coldNanos() {
    return (long) (coldNanos < 0 ? USUAL_COLD_NANOS : coldNanos);
  }
}
