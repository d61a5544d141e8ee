package org.openlambda.worker.link;

import org.openlambda.core.invocation.Payload;

/// How a request ended on the wire.
public sealed interface Ending {
  /// The runtime answered, and can take another request.
  record Answered(Payload payload) implements Ending {}

  /// The handler failed.
  ///
  /// @param loading whether it could not even be loaded; the runtime is of no use then
  record Failed(String type, String message, String trace, boolean loading) implements Ending {}

  /// The runtime broke the protocol.
  record Broken(String what) implements Ending {}

  /// The link closed before the answer was complete: the sandbox died or was killed.
  record Closed() implements Ending {}
}
