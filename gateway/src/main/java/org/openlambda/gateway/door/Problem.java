package org.openlambda.gateway.door;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.RequestId;
import tools.jackson.databind.json.JsonMapper;

/// An error as people and programs can read it: `application/problem+json` of RFC 9457, with the
/// members `requestId`, `phase`, `cause` and `remedy` of our own. Says nothing about the host.
///
/// @param status HTTP status, 400 to 599
/// @param phase how far the request came: `door`, `route`, `queue`, `start`, `handler`, `answer`
/// @param cause for programs: `queue-full`; also the end of the `type`
/// @param title the cause in words, the same for every occurrence
/// @param detail what happened this time, one sentence
/// @param remedy what to do about it, one sentence
/// @param headers further fields of the answer
public record Problem(
    int status,
    String phase,
    String cause,
    String title,
    String detail,
    String remedy,
    List<Header> headers) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String RETRY_AFTER = "retry-after";
  private static final Header CONTENT_TYPE = new Header("content-type", "application/problem+json");

  public Problem {
    headers = List.copyOf(headers);
  }

  /// One without further header fields.
  public static Problem of(
      int status, String phase, String cause, String title, String detail, String remedy) {
    return new Problem(status, phase, cause, title, detail, remedy, List.of());
  }

  /// The same, with one more header field.
  public Problem with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Problem(status, phase, cause, title, detail, remedy, more);
  }

  /// The same, with a `Retry-After` in whole seconds, at least one (RFC 9110, 10.2.3).
  public Problem retryAfter(Duration wait) {
    long seconds = Math.max(1, Math.ceilDiv(wait.toMillis(), 1000L));
    return with(RETRY_AFTER, Long.toString(seconds));
  }

  /// What [#retryAfter] was told; 0 if trying again is of no use.
  public long retryAfterSeconds() {
    return headers.stream()
        .filter(field -> field.name().equals(RETRY_AFTER))
        .mapToLong(field -> Long.parseLong(field.value()))
        .findFirst()
        .orElse(0);
  }

  /// The body of the answer.
  public byte[] body(RequestId id) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "urn:openlambda:problem:" + cause);
    members.put("title", title);
    members.put("status", status);
    members.put("detail", detail);
    members.put("requestId", id.text());
    members.put("phase", phase);
    members.put("cause", cause);
    members.put("remedy", remedy);
    return JSON.writeValueAsBytes(members);
  }

  /// The header fields of the answer, without the request's id.
  public List<Header> fields() {
    var fields = new ArrayList<Header>(headers.size() + 1);
    fields.add(CONTENT_TYPE);
    fields.addAll(headers);
    return fields;
  }
}
