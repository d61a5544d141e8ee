package org.openlambda.core.identity;

import org.openlambda.core.invocation.RequestId;

/// Somebody who changes something, as the audit log names them.
///
/// @param peer the caller's address: `127.0.0.1:52100`
/// @param request the one that asks for the change
public record Actor(Principal principal, String peer, RequestId request) {}
