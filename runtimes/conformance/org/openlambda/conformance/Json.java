package org.openlambda.conformance;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as this suite reads and writes it: pure ASCII, so that any UTF-16 can be in a string.
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Json() {}

  static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  static byte[] bytes(Object value) {
    return text(value).getBytes(StandardCharsets.US_ASCII);
  }

  static JsonNode parse(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (JacksonException malformed) {
      String text = new String(json, StandardCharsets.UTF_8);
      throw new AssertionError("what should be JSON is not: " + text, malformed);
    }
  }
}
