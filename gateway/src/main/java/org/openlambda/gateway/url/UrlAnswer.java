package org.openlambda.gateway.url;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.aws.AwsDoor;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.aws.FunctionAnswer;
import org.openlambda.gateway.door.AnswerFields;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the caller of a function URL is answered.
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record UrlAnswer(int status, List<Header> headers, byte[] body) {
  /// Fields of an answer that a function gives as JSON, as of any other.
  static final int MOST_FIELDS = 256;

  /// Their names and values together.
  static final int MOST_CHARACTERS = 64 * 1024;

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Header JSON = new Header("content-type", "application/json");

  /// Says why a call was not made.
  static UrlAnswer refused(Refused refused) {
    UrlAnswer answer = message(refused.fault().status(), refused.fault().message());
    long seconds = refused.fault().retryAfterSeconds();
    return seconds > 0 ? answer.with(new Header("retry-after", Long.toString(seconds))) : answer;
  }

  /// Says why somebody was not let in.
  static UrlAnswer refused(AwsDoor.Refusal refusal) {
    return refusal.retryAfterSeconds() > 0
        ? later(refusal.message(), Duration.ofSeconds(refusal.retryAfterSeconds()))
        : message(refusal.status(), refusal.message());
  }

  /// Says when to come again.
  static UrlAnswer later(String text, Duration wait) {
    long seconds = Math.max(1, Math.ceilDiv(wait.toMillis(), 1000L));
    return message(429, text).with(new Header("retry-after", Long.toString(seconds)));
  }

  /// `{"Message": "…"}`.
  static UrlAnswer message(int status, String text) {
    return new UrlAnswer(status, List.of(JSON), MAPPER.writeValueAsBytes(Map.of("Message", text)));
  }

  /// Of a function that failed: nothing of why.
  static UrlAnswer failed() {
    byte[] text = "Internal Server Error".getBytes(StandardCharsets.US_ASCII);
    return new UrlAnswer(502, List.of(JSON), text);
  }

  private UrlAnswer with(Header header) {
    var all = new ArrayList<>(headers);
    all.add(header);
    return new UrlAnswer(status, all, body);
  }

  /// `{"statusCode": 200, "headers": {…}, "cookies": […], "body": "…", "isBase64Encoded": false}`
  /// means what it says, anything else is the body of a 200.
  static UrlAnswer of(FunctionAnswer given) {
    if (given.error().isPresent()) {
      return failed();
    }
    JsonNode value;
    try {
      value = MAPPER.readTree(given.payload());
    } catch (JacksonException e) {
      return failed();
    }
    if (!value.isObject() || !value.has("statusCode")) {
      return new UrlAnswer(
          200, List.of(JSON), value.isString() ? bytes(value.stringValue()) : given.payload());
    }
    OptionalInt status = status(value.get("statusCode"));
    if (status.isEmpty()) {
      return failed();
    }
    List<Header> headers = headers(value);
    if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("content-type"))) {
      headers.add(JSON);
    }
    if (!areSendable(headers)) {
      return failed();
    }
    try {
      return new UrlAnswer(status.getAsInt(), headers, body(value));
    } catch (IllegalArgumentException notBase64) {
      return failed();
    }
  }

  /// Whether they are fields of HTTP, and not more than callers can be expected to take.
  static boolean areSendable(List<Header> headers) {
    long characters =
        headers.stream().mapToLong(field -> field.name().length() + field.value().length()).sum();
    return headers.size() <= MOST_FIELDS
        && characters <= MOST_CHARACTERS
        && AnswerFields.firstInvalid(headers).isEmpty();
  }

  /// A number, or text that is one.
  static OptionalInt status(JsonNode value) {
    String text = value.isString() ? value.stringValue() : value.toString();
    return text.matches("[2-5][0-9][0-9]")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  /// Of `headers` and `cookies`.
  static List<Header> headers(JsonNode value) {
    var headers = new ArrayList<Header>();
    for (Map.Entry<String, JsonNode> field : value.path("headers").properties()) {
      if (!field.getValue().isNull()) {
        headers.add(new Header(field.getKey(), text(field.getValue()).strip()));
      }
    }
    for (JsonNode cookie : value.path("cookies")) {
      headers.add(new Header("set-cookie", text(cookie).strip()));
    }
    return headers;
  }

  private static byte[] body(JsonNode value) {
    JsonNode body = value.path("body");
    if (body.isMissingNode() || body.isNull()) {
      return new byte[0];
    }
    return value.path("isBase64Encoded").asBoolean(false)
        ? Base64.getDecoder().decode(text(body))
        : bytes(text(body));
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
