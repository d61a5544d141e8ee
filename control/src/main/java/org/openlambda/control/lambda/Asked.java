package org.openlambda.control.lambda;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.model.Operation;
import org.openlambda.core.control.ControlApi.Question;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An operation that somebody asks for.
///
/// @param question the request
/// @param operation what for
/// @param input checked against the model
record Asked(Question question, Operation operation, ObjectNode input) {
  /// Elements of a list, unless fewer are asked for.
  private static final int PAGE = 50;

  private static final List<String> NAMING =
      List.of("FunctionName", "LayerName", "Resource", "UUID", "Name", "VersionNumber");

  /// This, as the audit log tells of it once it is done.
  Deed deed() {
    return Deed.done(operation.name(), resource(), operation.status());
  }

  /// What it concerns: the member that names it, in whichever operation.
  private String resource() {
    return NAMING.stream()
        .map(input::path)
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .collect(Collectors.joining(":"));
  }

  /// A text member, if it was given.
  Optional<String> text(String member) {
    JsonNode value = input.get(member);
    return value == null ? Optional.empty() : Optional.of(value.stringValue());
  }

  /// A member that has to be there: the model requires it.
  String required(String member) {
    return input.get(member).stringValue();
  }

  /// Whether a flag was given and is set.
  boolean isSet(String member) {
    return input.path(member).asBoolean(false);
  }

  /// How many to list at the most.
  int most() {
    return Math.min(PAGE, Math.max(1, input.path("MaxItems").asInt(PAGE)));
  }

  /// A page of a list, which says where the next one begins if there is more.
  ///
  /// @param member that has the list
  /// @param rest what follows the marker that was asked for: all of it, or more than [#most]
  /// @param marker of an element
  /// @param shown an element in the form of the API
  <T> ObjectNode page(
      String member, List<T> rest, Function<T, String> marker, Function<T, ObjectNode> shown) {
    ObjectNode answer = JsonMapper.shared().createObjectNode();
    ArrayNode page = answer.putArray(member);
    rest.stream().limit(most()).map(shown).forEach(page::add);
    if (rest.size() > most()) {
      answer.put("NextMarker", marker.apply(rest.get(most() - 1)));
    }
    return answer;
  }
}
