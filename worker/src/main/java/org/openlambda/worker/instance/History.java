package org.openlambda.worker.instance;

import org.jspecify.annotations.Nullable;
import org.openlambda.worker.policy.IdleTimes;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.policy.Profile;
import org.openlambda.worker.policy.Surge;

/// What is remembered of a function, whatever its version, also when no instance of it is there.
/// About 1 KiB. Guarded by the pool's lock.
final class History {
  private static final int GHOSTS = 64;

  final Profile profile = new Profile();
  final IdleTimes idleTimes = new IdleTimes();
  final Surge surge = new Surge();

  /// Calls since it last had no instance.
  long calls;

  /// The crews that it is of.
  int crews;

  /// The crew that was called last of what is not published.
  @Nullable Crew newest;

  /// Since when instances were idle that are gone by now, oldest first: had they been kept, the
  /// next cold starts would have found them.
  private final long[] ghosts = new long[GHOSTS];

  private int ghostsKept;

  private int idleTimesAtChoice = -1;
  private long keepNanos;

  /// An instance was given up.
  void gone(long idleSinceNanos) {
    if (ghostsKept == GHOSTS) {
      System.arraycopy(ghosts, 1, ghosts, 0, GHOSTS - 1);
      ghostsKept--;
    }
    ghosts[ghostsKept++] = idleSinceNanos;
  }

  /// A new instance is needed: the one given up last would have been of use.
  void missed(long nowNanos) {
    if (ghostsKept > 0) {
      idleTimes.record(nowNanos - ghosts[--ghostsKept]);
    }
  }

  /// How long instances are kept by now.
  long keepNanos(KeepAlive policy) {
    if (idleTimesAtChoice != idleTimes.total()) {
      idleTimesAtChoice = idleTimes.total();
      keepNanos = policy.nanos(idleTimes);
    }
    return keepNanos;
  }
}
