package org.openlambda.core.thread;

/// Tells when a descriptor has input. There is one for each event loop of the door, and one that
/// any thread may use; they differ in what a wake-up costs. Safe for any thread.
public interface Readiness {
  /// Begins to watch a non-blocking descriptor. Input that is there already counts as new.
  ///
  /// @param signal raised whenever input or the end of the stream arrives (edge-triggered,
  ///   `epoll(7)`), on the thread of the loop
  Watch watch(int descriptor, InputSignal signal);

  /// A watch that has begun.
  interface Watch {
    /// Ends it, once. The descriptor may only be closed by `then`: until it runs, its number must
    /// not become another file's.
    ///
    /// @param then runs soon, on any thread; must not block
    void end(Runnable then);
  }
}
