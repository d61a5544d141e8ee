package org.openlambda.core.invocation;

import java.io.IOException;
import java.util.List;

/// Where an answer goes that is not complete when it begins. An answer that fits one frame of the
/// runtime does not come this way: it is the [Payload.Whole] of the outcome.
///
/// Used by one thread at a time, except [#whenGone].
public interface Reply {
  /// Begins a streamed answer; called at most once.
  ///
  /// @throws IOException if the caller is gone
  void start(int status, List<Header> headers) throws IOException;

  /// Sends one piece. Blocks while the caller does not take what was sent before.
  ///
  /// @throws IOException if the caller is gone
  void write(byte[] piece) throws IOException;

  /// Runs `action` once when the caller goes away after [#start]: at once if it already has. The
  /// action runs on a thread of the door and must not block.
  void whenGone(Runnable action);

  /// For callers that keep the end only: a streamed answer is dropped.
  static Reply discarding() {
    return new Reply() {
      @Override
      public void start(int status, List<Header> headers) {}

      @Override
      public void write(byte[] piece) {}

      @Override
      public void whenGone(Runnable action) {}
    };
  }
}
