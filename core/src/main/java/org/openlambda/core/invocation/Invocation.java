package org.openlambda.core.invocation;

import org.openlambda.core.function.Version;

/// One call of one version.
///
/// @param id unique; in every answer, log line and record of this call
/// @param version what runs, chosen by the router once
/// @param request what the caller sent
/// @param reply where a streamed answer goes while the invocation runs
/// @param receivedNanos when the door had the request's head, on the monotonic clock
public record Invocation(
    RequestId id, Version version, Request request, Reply reply, long receivedNanos) {}
