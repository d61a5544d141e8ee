package org.openlambda.core.invocation;

/// Runs an invocation to its end. Timers, queues and doors *call* one; the meter, a remote worker
/// and the local worker *are* one.
public interface Invoker {
  /// Blocks the calling (virtual) thread until the invocation has ended, however it ended: every
  /// expected end is an [Outcome]. An exception is a bug of ours.
  Outcome invoke(Invocation invocation);
}
