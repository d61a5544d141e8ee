package org.openlambda.control.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.openlambda.control.model.Member.Location;
import org.openlambda.control.model.Shape.Range;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// All operations and shapes. Safe for any thread.
public final class Model {
  private static final double NO_LEAST = Double.NEGATIVE_INFINITY;

  /// Up to here a double is exact to one.
  private static final double MOST_EXACT = (1L << 53) - 1;

  private static final double NO_MOST = Double.POSITIVE_INFINITY;

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Integer> errors = new HashMap<>();

  private Model(JsonNode document) {
    for (var entry : document.get("operations").properties()) {
      operations.add(operation(entry.getKey(), entry.getValue()));
    }
    for (var entry : document.get("shapes").properties()) {
      shapes.put(entry.getKey(), shape(entry.getValue()));
      JsonNode error = entry.getValue().path("error").path("httpStatusCode");
      if (error.isInt()) {
        errors.put(entry.getKey(), error.intValue());
      }
    }
  }

  /// Reads it: 150 KB, some 50 ms.
  public static Model read() {
    try (InputStream in = Model.class.getResourceAsStream("lambda.json")) {
      return new Model(JsonMapper.shared().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// In the order of the model.
  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /// @throws IllegalStateException if the model has none of this name
  public Shape shape(String name) {
    Shape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalStateException("the model has no shape " + name);
    }
    return shape;
  }

  /// The shape of an operation's input; an empty one if it has none.
  public Shape.Structure input(Operation operation) {
    return operation.input().isEmpty()
        ? new Shape.Structure(Map.of(), Set.of(), Optional.empty())
        : (Shape.Structure) shape(operation.input());
  }

  /// What the message is called in an error: the model has both spellings.
  public String messageOf(String error) {
    boolean upper =
        shapes.get(error) instanceof Shape.Structure structure
            && structure.members().containsKey("Message");
    return upper ? "Message" : "message";
  }

  /// Which status each error of the model has.
  public Map<String, Integer> errors() {
    return Map.copyOf(errors);
  }

  private static Operation operation(String name, JsonNode node) {
    String[] uri = node.get("http").get("requestUri").stringValue().split("\\?", 2);
    var query = new HashMap<String, String>();
    if (uri.length > 1) {
      for (String pair : uri[1].split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], parts[1]);
      }
    }
    return new Operation(
        name,
        node.get("http").get("method").stringValue(),
        List.of(uri[0].substring(1).split("/")),
        query,
        node.get("http").path("responseCode").asInt(200),
        node.path("input").path("shape").asString(""),
        node.path("output").path("shape").asString(""));
  }

  private static Shape shape(JsonNode node) {
    Range range =
        new Range(node.path("min").asDouble(NO_LEAST), node.path("max").asDouble(NO_MOST));
    String type = node.get("type").stringValue();
    return switch (type) {
      case "structure" -> structure(node);
      case "list" -> new Shape.Sequence(node.get("member").get("shape").stringValue(), range);
      case "map" ->
          new Shape.Table(
              node.get("key").get("shape").stringValue(),
              node.get("value").get("shape").stringValue(),
              range);
      case "string" -> text(node, range);
      case "integer" -> new Shape.Amount(within(range, Integer.MIN_VALUE, Integer.MAX_VALUE), true);
      case "long" -> new Shape.Amount(within(range, -MOST_EXACT, MOST_EXACT), true);
      case "double", "float" -> new Shape.Amount(range, false);
      case "blob" -> new Shape.Binary(range);
      case "boolean" -> new Shape.Flag();
      case "timestamp" -> new Shape.Moment();
      case String other -> throw new IllegalStateException("a shape of an unknown type: " + other);
    };
  }

  private static Range within(Range range, double least, double most) {
    return new Range(Math.max(range.least(), least), Math.min(range.most(), most));
  }

  private static Shape text(JsonNode node, Range range) {
    Optional<Pattern> pattern =
        node.has("pattern")
            ? Optional.of(Pattern.compile(node.get("pattern").stringValue(), Pattern.DOTALL))
            : Optional.empty();
    var values = new ArrayList<String>();
    node.path("enum").forEach(value -> values.add(value.stringValue()));
    return new Shape.Text(range, pattern, List.copyOf(values));
  }

  private static Shape structure(JsonNode node) {
    var members = new LinkedHashMap<String, Member>();
    for (var entry : node.path("members").properties()) {
      JsonNode member = entry.getValue();
      Location location =
          switch (member.path("location").asString("")) {
            case "uri" -> Location.PATH;
            case "querystring" -> Location.QUERY;
            case "header" -> Location.HEADER;
            case "statusCode" -> Location.STATUS;
            case String _ -> Location.BODY;
          };
      String name = member.path("locationName").asString(entry.getKey());
      members.put(entry.getKey(), new Member(member.get("shape").stringValue(), location, name));
    }
    var required = new LinkedHashSet<String>();
    node.path("required").forEach(name -> required.add(name.stringValue()));
    Optional<String> payload =
        node.has("payload") ? Optional.of(node.get("payload").stringValue()) : Optional.empty();
    return new Shape.Structure(
        Collections.unmodifiableMap(members), Collections.unmodifiableSet(required), payload);
  }
}
