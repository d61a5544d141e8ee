package org.openlambda.gateway.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.door.Exchange;
import tools.jackson.databind.json.JsonMapper;

/// Answers in JSON and in plain text.
final class Json {
  static final Header CONTENT_TYPE = new Header("content-type", "application/json");
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Header PLAIN = new Header("content-type", "text/plain; charset=utf-8");

  private Json() {}

  static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  static void answer(Exchange exchange, Object value) {
    exchange.answer(200, List.of(CONTENT_TYPE), bytes(value));
  }

  /// The same with a document that is written already.
  static void document(Exchange exchange, String json) {
    exchange.answer(200, List.of(CONTENT_TYPE), json.getBytes(StandardCharsets.UTF_8));
  }

  static void text(Exchange exchange, int status, String text) {
    exchange.answer(status, List.of(PLAIN), text.getBytes(StandardCharsets.UTF_8));
  }
}
