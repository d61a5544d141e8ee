package org.openlambda.control.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openlambda.control.model.Shape.Range;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether an input has what its operation requires and nothing that the model forbids: all faults
/// at once, in the service's own words. Safe for any thread.
public final class Validation {
  private static final int LONGEST_VALUE = 1_024;
  private static final int LONGEST_TRIED = 10_000;

  private final Model model;

  public Validation(Model model) {
    this.model = model;
  }

  /// @throws Fault naming each value that the model does not allow
  public void check(Operation operation, ObjectNode input) throws Fault {
    var faults = new ArrayList<String>();
    structure(model.input(operation), input, "", faults);
    if (!faults.isEmpty()) {
      String many =
          faults.size() == 1 ? "1 validation error" : faults.size() + " validation errors";
      throw new Fault(400, "ValidationException", many + " detected: " + String.join("; ", faults));
    }
  }

  private void structure(Shape.Structure shape, JsonNode value, String path, List<String> faults) {
    for (var entry : shape.members().entrySet()) {
      JsonNode member = value.get(entry.getKey());
      String at = path + lowerCamel(entry.getKey());
      if (member == null || member.isNull()) {
        if (shape.required().contains(entry.getKey())) {
          faults.add(
              "Value null at '" + at + "' failed to satisfy constraint: Member must not be null");
        }
      } else {
        value(model.shape(entry.getValue().shape()), member, at, faults);
      }
    }
  }

  private void value(Shape shape, JsonNode value, String at, List<String> faults) {
    switch (shape) {
      case Shape.Structure structure -> structure(structure, value, at + ".", faults);
      case Shape.Sequence(var element, var size) -> {
        length(size, value.size(), value, at, faults);
        for (int i = 0; i < value.size(); i++) {
          value(model.shape(element), value.get(i), at + "." + (i + 1) + ".member", faults);
        }
      }
      case Shape.Table(var key, var of, var size) -> {
        length(size, value.size(), value, at, faults);
        for (var entry : value.properties()) {
          JsonNode name = JsonNodeFactory.instance.stringNode(entry.getKey());
          value(model.shape(key), name, at, faults);
          value(model.shape(of), entry.getValue(), at + "." + entry.getKey() + ".member", faults);
        }
      }
      case Shape.Text text -> text(text, value, at, faults);
      case Shape.Amount(var range, _) -> amount(range, value, at, faults);
      case Shape.Binary(var length) ->
          length(length, InputReader.bytes(value).length, value, at, faults);
      case Shape.Flag _, Shape.Moment _ -> {} // any is allowed
    }
  }

  private static void text(Shape.Text shape, JsonNode value, String at, List<String> faults) {
    String text = value.stringValue();
    length(shape.length(), text.length(), value, at, faults);
    if (shape.pattern().isPresent() && !matches(shape, shape.pattern().get(), text)) {
      faults.add(
          fault(value, at)
              + "Member must satisfy regular expression pattern: "
              + shape.pattern().get().pattern());
    }
    if (!shape.values().isEmpty() && !shape.values().contains(text)) {
      faults.add(
          fault(value, at)
              + "Member must satisfy enum value set: "
              + shape.values().stream().collect(Collectors.joining(", ", "[", "]")));
    }
  }

  /// What is by far longer than anything that may match is not tried.
  private static boolean matches(Shape.Text shape, Pattern pattern, String text) {
    double most = shape.length().most();
    double tried = Double.isFinite(most) ? Math.max(LONGEST_TRIED, most + 1) : LONGEST_TRIED;
    return text.length() <= tried && pattern.matcher(text).matches();
  }

  private static void length(
      Range range, int length, JsonNode value, String at, List<String> faults) {
    if (length > range.most()) {
      faults.add(
          fault(value, at)
              + "Member must have length less than or equal to "
              + (long) range.most());
    }
    if (length < range.least()) {
      faults.add(
          fault(value, at)
              + "Member must have length greater than or equal to "
              + (long) range.least());
    }
  }

  private static void amount(Range range, JsonNode value, String at, List<String> faults) {
    double amount = value.doubleValue();
    if (amount > range.most()) {
      faults.add(
          fault(value, at) + "Member must have value less than or equal to " + (long) range.most());
    }
    if (amount < range.least()) {
      faults.add(
          fault(value, at)
              + "Member must have value greater than or equal to "
              + (long) range.least());
    }
  }

  private static String fault(JsonNode value, String at) {
    return "Value '" + shown(value) + "' at '" + at + "' failed to satisfy constraint: ";
  }

  private static String shown(JsonNode value) {
    String text;
    if (value.isArray()) {
      text = value.valueStream().map(Validation::shown).collect(Collectors.joining(", ", "[", "]"));
    } else if (value.isObject()) {
      text =
          value.properties().stream()
              .map(e -> e.getKey() + "=" + shown(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    } else {
      text = value.asString();
    }
    return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text;
  }

  private static String lowerCamel(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
