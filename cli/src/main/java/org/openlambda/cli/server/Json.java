package org.openlambda.cli.server;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads what servers answer, without trust in its shape: what is absent or of another kind is
/// empty or zero.
public final class Json {
  private Json() {}

  /// An empty one, to be filled.
  public static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  /// @throws tools.jackson.core.JacksonException if it is no JSON
  public static JsonNode read(byte[] document) {
    return JsonMapper.shared().readTree(document);
  }

  /// @throws tools.jackson.core.JacksonException if it is no JSON
  public static JsonNode read(String document) {
    return JsonMapper.shared().readTree(document);
  }

  /// For people and `jq`: indented.
  public static String indented(JsonNode json) {
    return json.toPrettyString();
  }

  /// For a request.
  public static byte[] bytes(JsonNode json) {
    return JsonMapper.shared().writeValueAsBytes(json);
  }

  public static String text(JsonNode object, String member) {
    return object.path(member).asString("");
  }

  public static double number(JsonNode object, String member) {
    return object.path(member).asDouble(0);
  }
}
