package org.openlambda.worker.sandbox;

import org.openlambda.core.invocation.Exit;

/// Why a sandbox ended, as the kernel and the parent of its first process know it.
public sealed interface Death {
  /// The memory limit was reached and the kernel killed the first process.
  record OutOfMemory() implements Death {}

  /// The first process ended by itself or by a signal of its own making.
  record Ended(Exit how) implements Death {}

  /// Its processes went on running without the link until they were killed.
  record ClosedLink() implements Death {}

  /// Nobody knows: the zygote that could have told is gone too.
  record ZygoteLost() implements Death {}
}
