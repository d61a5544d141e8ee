package org.openlambda.worker.instance;

import org.openlambda.worker.policy.CpuGate;

/// What the running calls want of the processors, kept up as they come and go. Guarded by the
/// pool's lock.
final class CpuLoad {
  private static final double SCALE = 1_000;

  /// From this share on it is the processors that limit how many run.
  private static final double COMPUTES = 0.5;

  private final int cores;

  /// The shares of all running calls, in thousandths of a processor.
  private long load;

  /// Crews with calls that run or wait.
  private int active;

  CpuLoad(int cores) {
    this.cores = cores;
  }

  boolean haveRoomFor(Crew crew) {
    var profile = crew.history.profile;
    double share = profile.carefulShare();
    double loadThen = load() + crew.running * (share - crew.chargedShare / SCALE);
    int others = crew.running == 0 && crew.waiting.isEmpty() ? 1 : 0;
    return CpuGate.opens(
        new CpuGate.Processors(loadThen, active + others, cores),
        new CpuGate.Asker(share, crew.running, profile.cpuNanos()));
  }

  /// One more of its calls runs.
  void begin(Crew crew) {
    if (crew.running == 0) {
      crew.chargedShare = share(crew);
    }
    if (crew.running++ == 0 && crew.waiting.isEmpty()) {
      active++;
    }
    load += crew.chargedShare;
  }

  void end(Crew crew) {
    load -= crew.chargedShare;
    if (--crew.running == 0 && crew.waiting.isEmpty()) {
      active--;
    }
  }

  /// Its profile has changed.
  void reweigh(Crew crew) {
    int share = share(crew);
    load += (long) crew.running * (share - crew.chargedShare);
    crew.chargedShare = share;
  }

  /// To be called before the first of its calls waits, and after the last does no more.
  void waits(Crew crew, boolean begins) {
    if (crew.running == 0) {
      active += begins ? 1 : -1;
    }
  }

  private static int share(Crew crew) {
    return (int) Math.round(crew.history.profile.cpuShare() * SCALE);
  }

  /// Whether no call runs or waits.
  boolean isIdle() {
    return active == 0;
  }

  /// Processors' worth of work.
  double load() {
    return load / SCALE;
  }

  /// How many calls of a crew run at a time if nothing else does, as far as processors limit that.
  int atOnce(Crew crew) {
    return computes(crew) ? CpuGate.atOnce(cores, crew.history.profile.cpuShare()) : 1;
  }

  /// Whether its calls are held up by processors more than by what they wait for.
  boolean computes(Crew crew) {
    return crew.history.profile.cpuShare() >= COMPUTES;
  }

  int cores() {
    return cores;
  }
}
