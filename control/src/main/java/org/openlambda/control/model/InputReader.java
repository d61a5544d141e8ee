package org.openlambda.control.model;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.openlambda.control.model.Member.Location;
import org.openlambda.control.model.Operations.Found;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes one JSON object of a request's path, query, header fields and body: each member under the
/// name that the model gives it, of the type that the model gives it. What is no member is passed
/// over, as the service does. Safe for any thread.
public final class InputReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Model model;
  private final JsonMapper mapper = JsonMapper.shared();

  public InputReader(Model model) {
    this.model = model;
  }

  /// The parts of a request.
  ///
  /// @param query its parameters, decoded, each with all its values
  /// @param headers by their names in lower case
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody; copying 70 MB would cost more
  public record Parts(Map<String, List<String>> query, Map<String, String> headers, byte[] body) {}

  /// @throws Fault if the body is no JSON object, or something has another type than it must
  public ObjectNode read(Found found, Parts parts) throws Fault {
    Shape.Structure input = model.input(found.operation());
    ObjectNode whole =
        input.payload().isEmpty() ? document(parts.body()) : mapper.createObjectNode();
    var result = mapper.createObjectNode();
    for (var entry : input.members().entrySet()) {
      Member member = entry.getValue();
      Optional<JsonNode> value =
          member.location() == Location.BODY
              ? body(input, entry.getKey(), member, whole, parts.body())
              : outside(member, found.labels(), parts);
      value.ifPresent(node -> result.set(entry.getKey(), node));
    }
    for (var entry : result.properties()) {
      Member member = Objects.requireNonNull(input.members().get(entry.getKey()));
      checkType(entry.getValue(), model.shape(member.shape()));
    }
    return result;
  }

  private ObjectNode document(byte[] body) throws Fault {
    if (body.length == 0) {
      return mapper.createObjectNode();
    }
    try {
      if (mapper.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw unreadable("Could not parse request body into json: " + e.getOriginalMessage());
    }
    throw unreadable("Could not parse request body into json: it is no object");
  }

  private static Fault unreadable(String why) {
    return new Fault(400, "InvalidRequestContentException", why);
  }

  private static Optional<JsonNode> body(
      Shape.Structure input, String key, Member member, ObjectNode whole, byte[] body) {
    if (input.payload().isPresent()) {
      return input.payload().get().equals(key) && body.length > 0
          ? Optional.of(NODES.stringNode(Base64.getEncoder().encodeToString(body)))
          : Optional.empty();
    }
    JsonNode value = whole.get(member.name());
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private Optional<JsonNode> outside(Member member, Map<String, String> labels, Parts parts)
      throws Fault {
    Shape shape = model.shape(member.shape());
    if (member.location() == Location.QUERY && shape instanceof Shape.Sequence) {
      List<String> all = parts.query().getOrDefault(member.name(), List.of());
      var array = mapper.createArrayNode();
      all.forEach(array::add);
      return all.isEmpty() ? Optional.empty() : Optional.of(array);
    }
    Optional<String> text =
        switch (member.location()) {
          case PATH -> Optional.ofNullable(labels.get(member.name()));
          case QUERY -> parts.query().getOrDefault(member.name(), List.of()).stream().findFirst();
          case HEADER ->
              Optional.ofNullable(parts.headers().get(member.name().toLowerCase(Locale.ROOT)));
          case BODY, STATUS -> Optional.empty();
        };
    return text.isEmpty() ? Optional.empty() : Optional.of(typed(text.get(), shape));
  }

  private static JsonNode typed(String text, Shape shape) throws Fault {
    try {
      return switch (shape) {
        case Shape.Amount(_, var whole) ->
            whole
                ? NODES.numberNode(Long.parseLong(text))
                : NODES.numberNode(Double.parseDouble(text));
        case Shape.Flag() -> NODES.booleanNode(Boolean.parseBoolean(text));
        case Shape.Text _, Shape.Binary _, Shape.Moment _ -> NODES.stringNode(text);
        case Shape.Structure _, Shape.Sequence _, Shape.Table _ ->
            throw new IllegalStateException("the model has no such thing outside the body");
      };
    } catch (NumberFormatException e) {
      throw serialization("'" + text + "' can not be converted to a number");
    }
  }

  private void checkType(JsonNode value, Shape shape) throws Fault {
    switch (shape) {
      case Shape.Structure structure -> {
        requireKind(value, value.isObject(), "a structure");
        for (var entry : structure.members().entrySet()) {
          JsonNode member = value.get(entry.getValue().name());
          if (member != null && !member.isNull()) {
            checkType(member, model.shape(entry.getValue().shape()));
          }
        }
      }
      case Shape.Sequence(var element, _) -> {
        requireKind(value, value.isArray(), "a list");
        for (JsonNode one : value) {
          checkType(one, model.shape(element));
        }
      }
      case Shape.Table(_, var of, _) -> {
        requireKind(value, value.isObject(), "a map");
        for (var entry : value.properties()) {
          checkType(entry.getValue(), model.shape(of));
        }
      }
      case Shape.Text _ ->
          requireKind(value, value.isString() && isStorable(value.stringValue()), "a String");
      case Shape.Amount(_, var whole) ->
          requireKind(
              value,
              whole ? value.isIntegralNumber() : value.isNumber(),
              whole ? "an Integer" : "a Double");
      case Shape.Flag() -> requireKind(value, value.isBoolean(), "a Boolean");
      case Shape.Binary _ -> requireKind(value, isBase64(value), "a Blob");
      case Shape.Moment() ->
          requireKind(value, value.isNumber() || value.isString(), "a Timestamp");
    }
  }

  /// Whether it has neither NULs nor halves of characters, which no database keeps.
  private static boolean isStorable(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isBase64(JsonNode value) {
    if (!value.isString()) {
      return false;
    }
    try {
      bytes(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// The bytes of a [Shape.Binary].
  public static byte[] bytes(JsonNode value) {
    return Base64.getMimeDecoder()
        .decode(value.stringValue().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void requireKind(JsonNode value, boolean right, String kind) throws Fault {
    if (!right) {
      String found = value.getNodeType().name() + "_VALUE";
      throw serialization(found + " can not be converted to " + kind);
    }
  }

  private static Fault serialization(String why) {
    return new Fault(400, "SerializationException", why);
  }
}
