package org.openlambda.worker.instance;

/// An instance's place in the pool: what the pool knows of it and the instance itself need not. All
/// of it is guarded by the pool's lock.
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

  /// What it is charged while it is idle, in bytes.
  long charge;

  /// As the policy of eviction sees it; it only grows.
  double worth;

  /// Whether it is in the order of eviction.
  boolean ordered;

  /// Whether the keeper has it among those to be frozen.
  boolean resting;

  /// Its position in [Crew#members].
  int index;

  /// Its process on the host, once somebody looked; 0 before.
  int pid;

  Berth(Instance instance, Crew crew) {
    this.instance = instance;
    this.crew = crew;
  }

  boolean isLent() {
    return state == State.LENT;
  }
}
