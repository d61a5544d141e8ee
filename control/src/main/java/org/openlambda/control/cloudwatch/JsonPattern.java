package org.openlambda.control.cloudwatch;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is said of a line that is a JSON object (CloudWatch Logs, "Using filter patterns to match
/// terms in JSON log events"); no other line matches. Safe for any thread.
sealed interface JsonPattern {
  boolean holds(JsonNode object);

  /// Both.
  record And(JsonPattern one, JsonPattern other) implements JsonPattern {
    @Override
    public boolean holds(JsonNode object) {
      return one.holds(object) && other.holds(object);
    }
  }

  /// One of them.
  record Or(JsonPattern one, JsonPattern other) implements JsonPattern {
    @Override
    public boolean holds(JsonNode object) {
      return one.holds(object) || other.holds(object);
    }
  }

  /// `$.name = "text*"`, where a `*` stands for any characters. What is not there is neither the
  /// same nor another.
  ///
  /// @param same whether it must be this, or must not
  /// @param parts of the text, between its `*`
  record Text(List<String> path, boolean same, List<String> parts) implements JsonPattern {
    @Override
    public boolean holds(JsonNode object) {
      JsonNode value = at(object, path);
      return !value.isMissingNode() && value.isValueNode() && fits(value.asString(), parts) == same;
    }
  }

  /// `$.name >= 5`.
  record Amount(List<String> path, Comparison comparison, double number) implements JsonPattern {
    @Override
    public boolean holds(JsonNode object) {
      JsonNode value = at(object, path);
      return value.isNumber() && comparison.holds(value.asDouble(), number);
    }
  }

  /// `$.name IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`.
  record State(List<String> path, Kind kind) implements JsonPattern {
    @Override
    public boolean holds(JsonNode object) {
      JsonNode value = at(object, path);
      return switch (kind) {
        case NULL -> value.isNull();
        case TRUE -> value.isBoolean() && value.booleanValue();
        case FALSE -> value.isBoolean() && !value.booleanValue();
        case ABSENT -> value.isMissingNode();
      };
    }
  }

  enum Kind {
    NULL,
    TRUE,
    FALSE,
    ABSENT
  }

  enum Comparison {
    SAME,
    OTHER,
    LESS,
    LESS_OR_SAME,
    MORE,
    MORE_OR_SAME;

    boolean holds(double value, double number) {
      return switch (this) {
        case SAME -> value == number;
        case OTHER -> value != number;
        case LESS -> value < number;
        case LESS_OR_SAME -> value <= number;
        case MORE -> value > number;
        case MORE_OR_SAME -> value >= number;
      };
    }
  }

  /// @throws Refusal if it is none
  static JsonPattern parse(String text) throws Refusal {
    return new JsonPatternParser(text).parse();
  }

  /// Whether a line is an object of which it holds.
  default boolean matches(String line) {
    if (!line.stripLeading().startsWith("{")) {
      return false;
    }
    try {
      return holds(JsonMapper.shared().readTree(line));
    } catch (JacksonException e) {
      return false;
    }
  }

  /// What is there; missing if nothing is.
  ///
  /// @param path names of members, and places in arrays counted from 0
  private static JsonNode at(JsonNode object, List<String> path) {
    JsonNode value = object;
    for (String step : path) {
      value =
          value.isArray() && step.matches("\\d{1,6}")
              ? value.path(Integer.parseInt(step))
              : value.path(step);
    }
    return value;
  }

  /// Whether a text is these parts in this order with anything between them.
  private static boolean fits(String text, List<String> parts) {
    String first = parts.getFirst();
    if (parts.size() == 1) {
      return text.equals(first);
    }
    String last = parts.getLast();
    if (!text.startsWith(first) || !text.endsWith(last)) {
      return false;
    }
    int at = first.length();
    int end = text.length() - last.length();
    for (String part : parts.subList(1, parts.size() - 1)) {
      int found = text.indexOf(part, at);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    return at <= end;
  }
}
