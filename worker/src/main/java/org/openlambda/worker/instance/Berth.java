package org.openlambda.worker.instance;

/// An instance's place in the pool: what the pool knows of it and the instance itself need not. All
/// of it is guarded by the pool's lock, but what is the lookout's own. The lookout reads
/// `lentNanos` without the lock; at worst it takes a call for the one before.
///
///     LENT ⇄ IDLE ⇄ CLAIMED (by the keeper) ──▶ GONE, from each of them
public final class Berth {
  enum State {
    LENT,
    IDLE,
    CLAIMED,
    GONE
  }

  final Instance instance;
  final Crew crew;

  State state = State.LENT;
  long lentNanos;
  long idleSinceNanos;

  /// How long it was idle before its last call.
  long lastIdleNanos = Long.MAX_VALUE;

  /// What it is charged while it is idle, in bytes.
  long charge;

  /// As the policy of eviction sees it; it only grows.
  double worth;

  /// Whether it is in the order of eviction.
  boolean ordered;

  /// Whether the keeper has it among those to be frozen.
  boolean resting;

  /// Whether it stays while nobody calls it, charged as if it ran.
  boolean pinned;

  /// Its position in [Crew#members].
  int index;

  /// Its process on the host, once the lookout looked; 0 before. The lookout's own.
  int pid;

  /// When the call was lent it that was seen waiting at the last look. The lookout's own.
  long seenWaiting = Long.MIN_VALUE;

  Berth(Instance instance, Crew crew) {
    this.instance = instance;
    this.crew = crew;
  }

  boolean isLent() {
    return state == State.LENT;
  }
}
