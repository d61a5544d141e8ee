package org.openlambda.core.invocation;

import java.util.Optional;
import java.util.function.Consumer;
import org.openlambda.core.function.Version;
import org.openlambda.core.thread.Readiness;

/// One call of one version.
///
/// @param id unique; in every answer, log line and record of this call
/// @param version what runs, chosen by the router once
/// @param request what the caller sent
/// @param reply where a streamed answer goes while the invocation runs
/// @param receivedNanos when the door had the request's head, on the monotonic clock
/// @param readiness where the thread that invokes waits for descriptors, if an event loop carries
///   it
/// @param begun told which log stream the instance writes to, once there is one and before the
///   handler runs; told again if that instance died and another one is tried. On the thread that
///   invokes; does not block
public record Invocation(
    RequestId id,
    Version version,
    Request request,
    Reply reply,
    long receivedNanos,
    Optional<Readiness> readiness,
    Consumer<String> begun) {
  /// Of a caller that does not ask where it runs.
  public Invocation(
      RequestId id,
      Version version,
      Request request,
      Reply reply,
      long receivedNanos,
      Optional<Readiness> readiness) {
    this(id, version, request, reply, receivedNanos, readiness, stream -> {});
  }

  /// The same call of another version.
  public Invocation of(Version other) {
    return new Invocation(id, other, request, reply, receivedNanos, readiness, begun);
  }
}
