package org.openlambda.gateway.door;

/// What stands behind the door.
public interface Handler {
  /// Answers one request, on a virtual thread of its own; may block. Returning without an answer,
  /// or throwing, is a bug, and the caller is told 500.
  void handle(Exchange exchange);

  /// Answers a request that the door does not let in. On an event loop: must not block.
  default void refuse(Exchange exchange, Problem why) {
    exchange.answer(why);
  }

  /// Whether handling such a request never keeps a processor or the disk busy for long by itself,
  /// so that the event loop of its connection may carry its thread. Called on an event loop.
  ///
  /// @param path percent-encoded, without the query
  boolean isLight(String path);

  /// How many bytes the body of such a request may have. Called on an event loop: must not block.
  ///
  /// @param authority the host as the caller names it, with or without a port; empty if it does not
  /// @param path percent-encoded, without the query
  long bodyLimit(String authority, String method, String path);
}
