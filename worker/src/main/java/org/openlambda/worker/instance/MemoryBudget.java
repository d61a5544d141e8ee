package org.openlambda.worker.instance;

import org.openlambda.core.units.Bytes;

/// What a worker may give to sandboxes, and what is given. Not safe for threads: guarded by the
/// pool.
final class MemoryBudget {
  private final long total;
  private long charged;

  MemoryBudget(Bytes total) {
    this.total = total.count();
  }

  /// Whether a sandbox of this size could ever run.
  boolean couldHold(Bytes need) {
    return need.count() <= total;
  }

  /// How many bytes must be freed before `need` fits; 0 or less if it fits now.
  long missing(long need) {
    return charged + need - total;
  }

  void charge(long bytes) {
    charged += bytes;
  }

  void refund(long bytes) {
    charged -= bytes;
    if (charged < 0) {
      throw new IllegalStateException("more memory was given back than was lent");
    }
  }

  Bytes charged() {
    return new Bytes(charged);
  }

  Bytes total() {
    return new Bytes(total);
  }
}
