package org.openlambda.gateway.door;

/// What stands behind the door.
public interface Handler {
  /// Answers one request, on a virtual thread of its own; may block. Returning without an answer,
  /// or throwing, is a bug, and the caller is told 500.
  void handle(Exchange exchange);

  /// How many bytes the body of such a request may have. Called on an event loop: must not block.
  ///
  /// @param path percent-encoded, without the query
  long bodyLimit(String method, String path);
}
