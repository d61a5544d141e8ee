package org.openlambda.core.invocation;

import java.util.List;

/// What the caller sent, as an HTTP request: other doors translate into this form.
///
/// @param method in upper case
/// @param mount the path under which the function is reached, `/run/hello`; percent-encoded
/// @param path what follows the mount: empty or starting with `/`; percent-encoded
/// @param query what follows `?`, without it; empty if there was none
/// @param headers in the order received, `Host` included
/// @param body what follows the head
/// @param peer the caller's address, for people: `127.0.0.1:52100`
/// @param scheme `http` or `https`
public record Request(
    String method,
    String mount,
    String path,
    String query,
    List<Header> headers,
    Body body,
    String peer,
    String scheme) {
  public Request {
    headers = List.copyOf(headers);
  }
}
