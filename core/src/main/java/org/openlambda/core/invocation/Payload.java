package org.openlambda.core.invocation;

import java.util.List;

/// What a handler answered.
public sealed interface Payload {
  /// HTTP status, 200 to 599.
  int status();

  List<Header> headers();

  /// An answer that is all here. The array is not copied and must not change.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copying 6 MiB would cost more
  record Whole(int status, List<Header> headers, byte[] body) implements Payload {
    public Whole {
      headers = List.copyOf(headers);
    }
  }

  /// An answer whose body went through the [Reply] already.
  ///
  /// @param bytes how much of it
  /// @param complete false if the caller went away before the end
  record Streamed(int status, List<Header> headers, long bytes, boolean complete)
      implements Payload {
    public Streamed {
      headers = List.copyOf(headers);
    }
  }
}
