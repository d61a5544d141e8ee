package org.openlambda.control.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openlambda.control.model.Shape.Range;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether an input has what its operation requires and nothing that the model forbids: all faults
/// at once, in the service's own words. Safe for any thread.
public final class Validation {
  /// Which runtimes there are, its operation says.
  private static final String RUNTIME = "Runtime";

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
      } else if (!entry.getValue().shape().equals(RUNTIME)) {
        value(model.shape(entry.getValue().shape()), member, at, faults);
      }
    }
  }

  private void value(Shape shape, JsonNode value, String at, List<String> faults) {
    switch (shape) {
      case Shape.Structure structure -> structure(structure, value, at + ".", faults);
      case Shape.Sequence(var element, _) -> {
        scalar(shape, value, at, faults);
        elements(model.shape(element), value, at, faults);
      }
      case Shape.Table(var key, var of, _) -> {
        scalar(shape, value, at, faults);
        Stream<JsonNode> names =
            value.properties().stream()
                .map(entry -> JsonNodeFactory.instance.stringNode(entry.getKey()));
        all(model.shape(key), names, "Map keys must", value, at, faults);
        named(model.shape(of), value, at, faults);
      }
      default -> scalar(shape, value, at, faults);
    }
  }

  /// A list of structures is told by each that is wrong, one of others as a whole.
  private void elements(Shape element, JsonNode list, String at, List<String> faults) {
    if (isScalar(element)) {
      all(element, list.valueStream(), "Member must", list, at, faults);
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      value(element, list.get(i), at + "." + (i + 1) + ".member", faults);
    }
  }

  private void named(Shape of, JsonNode table, String at, List<String> faults) {
    if (isScalar(of)) {
      all(of, table.valueStream(), "Map value must", table, at, faults);
      return;
    }
    for (var entry : table.properties()) {
      value(of, entry.getValue(), at + "." + entry.getKey() + ".member", faults);
    }
  }

  private static boolean isScalar(Shape shape) {
    return switch (shape) {
      case Shape.Text _, Shape.Amount _, Shape.Binary _, Shape.Flag _, Shape.Moment _ -> true;
      case Shape.Structure _, Shape.Sequence _, Shape.Table _ -> false;
    };
  }

  private static void all(
      Shape shape,
      Stream<JsonNode> values,
      String who,
      JsonNode whole,
      String at,
      List<String> faults) {
    boolean isMet =
        values.allMatch(value ->
            !value.isNull() && constraints(shape, value).stream().allMatch(Constraint::isMet));
    if (isMet) {
      return;
    }
    String words =
        Stream.concat(
                constraints(shape, JsonNodeFactory.instance.stringNode("")).stream()
                    .map(Constraint::words),
                Stream.of("Member must not be null"))
            .collect(Collectors.joining(", ", "[", "]"));
    faults.add(fault(whole, at) + who + " satisfy constraint: " + words);
  }

  private static void scalar(Shape shape, JsonNode value, String at, List<String> faults) {
    for (Constraint constraint : constraints(shape, value)) {
      if (!constraint.isMet) {
        faults.add(fault(value, at) + constraint.words);
      }
    }
  }

  /// What the model says of a value.
  private record Constraint(String words, boolean isMet) {}

  private static List<Constraint> constraints(Shape shape, JsonNode value) {
    return switch (shape) {
      case Shape.Text text -> text(text, value.asString());
      case Shape.Amount(var range, _) -> range("value", range, value.asDouble(0));
      case Shape.Binary(var length) -> range("length", length, InputReader.bytes(value).length);
      case Shape.Sequence(_, var size) -> range("length", size, value.size());
      case Shape.Table(_, _, var size) -> range("length", size, value.size());
      case Shape.Structure _, Shape.Flag _, Shape.Moment _ -> List.of(); // any is allowed
    };
  }

  private static List<Constraint> text(Shape.Text shape, String text) {
    var all = new ArrayList<>(range("length", shape.length(), text.length()));
    shape
        .pattern()
        .ifPresent(pattern ->
            all.add(
                new Constraint(
                    "Member must satisfy regular expression pattern: " + pattern.pattern(),
                    matches(shape, pattern, text))));
    if (!shape.values().isEmpty()) {
      all.add(
          new Constraint(
              "Member must satisfy enum value set: " + shape.values(),
              shape.values().contains(text)));
    }
    return all;
  }

  /// What is by far longer than anything that may match is not tried.
  private static boolean matches(Shape.Text shape, Pattern pattern, String text) {
    double most = shape.length().most();
    double tried = Double.isFinite(most) ? Math.max(LONGEST_TRIED, most + 1) : LONGEST_TRIED;
    return text.length() <= tried && pattern.matcher(text).matches();
  }

  private static List<Constraint> range(String what, Range range, double is) {
    var all = new ArrayList<Constraint>(2);
    if (Double.isFinite(range.most())) {
      all.add(
          new Constraint(
              "Member must have %s less than or equal to %d".formatted(what, (long) range.most()),
              is <= range.most()));
    }
    if (Double.isFinite(range.least())) {
      all.add(
          new Constraint(
              "Member must have %s greater than or equal to %d"
                  .formatted(what, (long) range.least()),
              is >= range.least()));
    }
    return all;
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
