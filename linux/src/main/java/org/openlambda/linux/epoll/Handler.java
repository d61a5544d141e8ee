package org.openlambda.linux.epoll;

/// Is told that something happened to the descriptor it watches.
@FunctionalInterface
public interface Handler {
  /// Runs on the poller's thread and holds up all others there: a few microseconds, never waiting.
  /// If it throws, the watch ends and the thread's handler of uncaught exceptions is told.
  ///
  /// @param events those of [Poller] that are true now
  void ready(int events);
}
