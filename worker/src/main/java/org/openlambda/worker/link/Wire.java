package org.openlambda.worker.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.openlambda.core.thread.Readiness;

/// The bytes between worker and runtime: a [LinkStream], or what a fuzzer makes up. One reader and
/// any number of writers at a time; [#close] by anybody.
interface Wire {
  /// The next reads are those of a thread that waits at `place`, or just anywhere.
  void settle(Optional<Readiness> place);

  /// Before a request is written: whatever arrived so far is old, and there is nothing to read
  /// before something new does.
  void expect();

  /// Waits for input and reads what is there.
  ///
  /// @throws java.io.EOFException if the runtime closed the link, or we did
  void read(ByteBuffer into) throws IOException;

  /// Writes all of it.
  ///
  /// @throws IOException if the runtime is gone, or the link closed
  void write(ByteBuffer bytes) throws IOException;

  /// Ends both directions; a reader that waits is told. Does not block.
  void close();
}
