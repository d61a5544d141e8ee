package org.openlambda.control.lambda;

import java.util.Optional;
import org.openlambda.core.control.ControlApi.Question;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An operation that somebody asks for.
///
/// @param question the request
/// @param input checked against the model
record Asked(Question question, ObjectNode input) {
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
