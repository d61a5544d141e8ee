package org.openlambda.core.invocation;

import java.util.Optional;
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
public record Invocation(
    RequestId id,
    Version version,
    Request request,
    Reply reply,
    long receivedNanos,
    Optional<Readiness> readiness) {
  /// The same call of another version.
  public Invocation of(Version other) {
    return new Invocation(id, other, request, reply, receivedNanos, readiness);
  }
}
