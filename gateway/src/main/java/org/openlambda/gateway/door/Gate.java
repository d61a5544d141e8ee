package org.openlambda.gateway.door;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides by its head alone whether a request may come in. Refuses everything that two parties
/// could read differently (request smuggling, RFC 9112, 11.2) rather than guessing.
final class Gate {
  private final DoorLimits limits;
  private final Hosts hosts;

  Gate(DoorConfig config) {
    limits = config.limits();
    hosts = new Hosts(config.hosts());
  }

  boolean isOwnHost(String authority) {
    return hosts.contains(authority);
  }

  /// What is wrong with a message that could not be decoded; empty if it could.
  Optional<Problem> undecodable(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    return switch (cause) {
      case null -> Optional.empty();
      case TooLongHttpHeaderException _ -> Optional.of(headTooLong());
      case TooLongHttpLineException _ ->
          Optional.of(
              Problem.of(
                  414,
                  "door",
                  "target-too-long",
                  "The request's target is too long",
                  "The first line of the request is longer than " + limits.head() + ".",
                  "Send the data in the body."));
      default -> Optional.of(malformed(String.valueOf(cause.getMessage())));
    };
  }

  Problem headTooLong() {
    return Problem.of(
        431,
        "door",
        "head-too-long",
        "The request's header fields are too large",
        "All header fields together may have " + limits.head() + ".",
        "Send fewer or shorter header fields; cookies are the usual cause.");
  }

  /// What is wrong with a request over HTTP/1.1 or 2; empty if it may come in.
  Optional<Problem> faultOf(HttpRequest request, Head head, long bodyLimit) {
    String fault = shapeFault(request, head);
    if (fault != null) {
      return Optional.of(malformed(fault));
    }
    if (!hosts.contains(String.valueOf(head.authority))) {
      return Optional.of(foreignHost(String.valueOf(head.authority)));
    }
    if (head.expect != null && !head.expect.equalsIgnoreCase("100-continue")) {
      return Optional.of(
          Problem.of(
              417,
              "door",
              "unknown-expectation",
              "The expectation cannot be met",
              "Only 'Expect: 100-continue' is known here.",
              "Leave the header field out."));
    }
    return head.contentLength > bodyLimit ? Optional.of(bodyTooLarge(bodyLimit)) : Optional.empty();
  }

  private static @Nullable String shapeFault(HttpRequest request, Head head) {
    HttpVersion version = request.protocolVersion();
    boolean isHttp11 = version.equals(HttpVersion.HTTP_1_1);
    if (!isHttp11 && !version.equals(HttpVersion.HTTP_1_0)) {
      return "the version is neither HTTP/1.0 nor HTTP/1.1";
    }
    if (head.transferEncoding != null) {
      if (!isHttp11) {
        return "HTTP/1.0 has no Transfer-Encoding";
      }
      if (!head.transferEncoding.equalsIgnoreCase("chunked")) {
        return "the only Transfer-Encoding known here is 'chunked'";
      }
    }
    if (head.hosts > 1 || (isHttp11 && head.authority == null)) {
      return "there must be exactly one Host field";
    }
    if (head.isOfTwoHosts) {
      return "the target and the Host field name two hosts"; // a signature is for one of them
    }
    if (!isVisible(head.path) || !isVisible(head.query)) {
      return "the target has spaces or control characters";
    }
    return head.path.startsWith("/") ? null : "the target must be a path that starts with '/'";
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7F) {
        return false;
      }
    }
    return true;
  }

  static Problem malformed(String fault) {
    return Problem.of(
        400,
        "door",
        "malformed-request",
        "The request is not proper HTTP",
        "The request cannot be read: " + fault + ".",
        "Correct the client; the connection is closed.");
  }

  static Problem bodyTooLarge(long limit) {
    return Problem.of(
        413,
        "door",
        "body-too-large",
        "The request's body is too large",
        "The body may have " + limit + " bytes.",
        "Send less, or ask the operator for a larger limit.");
  }

  private static Problem foreignHost(String authority) {
    return Problem.of(
        421,
        "door",
        "foreign-host",
        "The request is meant for another host",
        "This server does not answer for the host '" + authority + "'.",
        "Call it as localhost or 127.0.0.1, or have the operator add the name to the hosts of the"
            + " gateway.");
  }
}
