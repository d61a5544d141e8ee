package org.openlambda.core.invocation;

import java.io.IOException;

/// The body of a request: here already, or still arriving.
public sealed interface Body {
  /// All of it, in memory. The array is not copied and must not change.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copying 6 MiB would cost more
  record Whole(byte[] bytes) implements Body {
    public static final Whole EMPTY = new Whole(new byte[0]);
  }

  /// Still arriving; the sender is held back while nobody reads.
  non-sealed interface Arriving extends Body {
    /// The next piece, at most 64 KiB; empty exactly once, at the end. Blocks until there is one.
    ///
    /// @throws TooLarge if the body grew beyond the door's limit
    /// @throws IOException if the caller went away
    byte[] read() throws IOException;
  }

  /// The body turned out to be larger than the door allows.
  final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    public TooLarge(long limit) {
      super("the request's body is larger than " + limit + " bytes");
    }
  }
}
