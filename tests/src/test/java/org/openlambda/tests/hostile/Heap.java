package org.openlambda.tests.hostile;

import java.lang.management.ManagementFactory;

/// The worker's memory: that of this process, as it runs here.
final class Heap {
  /// More than this is no noise, in bytes.
  static final long SMALL = 32L << 20;

  private Heap() {}

  /// Bytes in use after a collection.
  static long used() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
