package org.openlambda.control.lambda;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.model.Operation;
import org.openlambda.core.control.ControlApi.Question;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An operation that somebody asks for.
///
/// @param question the request
/// @param operation what for
/// @param input checked against the model
record Asked(Question question, Operation operation, ObjectNode input) {
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
  int most(int usual) {
    return Math.min(usual, Math.max(1, input.path("MaxItems").asInt(usual)));
  }
}
