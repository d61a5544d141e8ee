package org.openlambda.control.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Walks the whole public model: whatever an operation requires is left out once, and whatever
/// bound, pattern or set of values it has is broken once.
class ModelWalkTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Model MODEL = Model.read();
  private static final Validation VALIDATION = new Validation(MODEL);
  private static final int DEEPEST = 5;

  /// Something wrong with an input.
  ///
  /// @param at its path, as the fault names it
  /// @param says what the fault says of it
  private record Wrong(ObjectNode input, String at, String says) {}

  @TestFactory
  Stream<DynamicTest> every_constraint_of_every_operation_is_enforced() {
    return MODEL.operations().stream()
        .map(operation -> DynamicTest.dynamicTest(operation.name(), () -> walk(operation)));
  }

  private static void walk(Operation operation) {
    var wrongs = new ArrayList<Wrong>();
    Shape.Structure input = MODEL.input(operation);
    members(input, "", 0, (value, at, says) -> wrongs.add(new Wrong(value, at, says)));
    for (Wrong wrong : wrongs) {
      String told = faults(operation, wrong.input);
      String expected = "at '" + wrong.at + "' failed to satisfy constraint: " + wrong.says;
      assertThat(told).as("%s of %s", wrong.at, wrong.input).contains(expected);
    }
    assertThat(wrongs.isEmpty())
        .as("only an operation without an input has nothing that may be wrong")
        .isEqualTo(input.members().isEmpty());
  }

  private static String faults(Operation operation, ObjectNode input) {
    try {
      VALIDATION.check(operation, input);
      return "";
    } catch (Fault fault) {
      assertThat(fault.status()).isEqualTo(400);
      assertThat(fault.code()).isEqualTo("ValidationException");
      return fault.text();
    }
  }

  /// Takes what is wrong with a member, as a whole input.
  private interface Taker {
    void take(ObjectNode input, String at, String says);
  }

  private static void members(Shape.Structure shape, String path, int depth, Taker taker) {
    for (String name : shape.required()) {
      taker.take(NODES.objectNode(), path + lower(name), "Member must not be null");
    }
    for (var entry : shape.members().entrySet()) {
      if (entry.getValue().shape().equals("Runtime")) {
        continue; // which there are is not the model's to say
      }
      String at = path + lower(entry.getKey());
      values(
          MODEL.shape(entry.getValue().shape()),
          at,
          depth,
          (value, where, says) -> {
            ObjectNode around = NODES.objectNode();
            around.set(entry.getKey(), value);
            taker.take(around, where, says);
          });
    }
  }

  /// Takes a wrong value.
  private interface ValueTaker {
    void take(JsonNode value, String at, String says);
  }

  private static void values(Shape shape, String at, int depth, ValueTaker taker) {
    switch (shape) {
      case Shape.Structure structure -> {
        if (depth < DEEPEST) {
          members(structure, at + ".", depth + 1, taker::take);
        }
      }
      case Shape.Sequence(var element, var size) -> sequence(element, size, at, depth, taker);
      case Shape.Table(var key, var of, var size) -> table(key, of, size, at, taker);
      case Shape.Text text -> text(text, at, taker);
      case Shape.Amount(var range, _) -> {
        if (Double.isFinite(range.most())) {
          taker.take(
              NODES.numberNode((long) range.most() + 1),
              at,
              "Member must have value less than or equal to " + (long) range.most());
        }
        if (Double.isFinite(range.least())) {
          taker.take(NODES.numberNode((long) range.least() - 1), at, least("value", range));
        }
      }
      case Shape.Binary _, Shape.Flag _, Shape.Moment _ -> {} // checked when it is read
    }
  }

  private static String least(String what, Shape.Range range) {
    return "Member must have " + what + " greater than or equal to " + (long) range.least();
  }

  private static void sequence(
      String element, Shape.Range size, String at, int depth, ValueTaker taker) {
    if (Double.isFinite(size.most()) && size.most() < 1_000) {
      ArrayNode many = NODES.arrayNode();
      JsonNode one = any(MODEL.shape(element));
      for (int i = 0; i <= size.most(); i++) {
        many.add(one);
      }
      taker.take(many, at, "Member must have length less than or equal to " + (long) size.most());
    }
    if (size.least() > 0) {
      taker.take(NODES.arrayNode(), at, least("length", size));
    }
    boolean isScalar = isScalar(element);
    values(
        MODEL.shape(element),
        isScalar ? at : at + ".1.member",
        depth + 1,
        (value, where, says) ->
            taker.take(
                NODES.arrayNode().add(value),
                where,
                isScalar ? "Member must satisfy constraint: [" : says));
  }

  private static boolean isScalar(String shape) {
    return switch (MODEL.shape(shape)) {
      case Shape.Structure _, Shape.Sequence _, Shape.Table _ -> false;
      default -> true;
    };
  }

  private static void table(String key, String of, Shape.Range size, String at, ValueTaker taker) {
    if (size.least() > 0) {
      taker.take(NODES.objectNode(), at, least("length", size));
    }
    values(
        MODEL.shape(key),
        at,
        DEEPEST,
        (name, _, _) ->
            taker.take(
                NODES.objectNode().set(name.stringValue(), any(MODEL.shape(of))),
                at,
                "Map keys must satisfy constraint: ["));
    if (isScalar(of)) {
      String name = MODEL.shape(key) instanceof Shape.Text text ? matching(text) : "";
      values(
          MODEL.shape(of),
          at,
          DEEPEST,
          (value, _, _) ->
              taker.take(
                  NODES.objectNode().set(name, value), at, "Map value must satisfy constraint: ["));
    }
  }

  private static String matching(Shape.Text text) {
    return Stream.of("1", "a", "name", "arn:x")
        .filter(one -> text.pattern().map(p -> p.matcher(one).matches()).orElse(true))
        .filter(one -> text.values().isEmpty())
        .findFirst()
        .orElse("a");
  }

  private static JsonNode any(Shape shape) {
    return switch (shape) {
      case Shape.Structure _, Shape.Table _ -> NODES.objectNode();
      case Shape.Sequence _ -> NODES.arrayNode();
      case Shape.Text _, Shape.Binary _, Shape.Moment _ -> NODES.stringNode("");
      case Shape.Amount _ -> NODES.numberNode(0);
      case Shape.Flag _ -> NODES.booleanNode(true);
    };
  }

  private static void text(Shape.Text text, String at, ValueTaker taker) {
    double most = text.length().most();
    if (Double.isFinite(most)) {
      taker.take(
          NODES.stringNode("a".repeat((int) most + 1)),
          at,
          "Member must have length less than or equal to " + (long) most);
    }
    if (text.length().least() > 0) {
      taker.take(NODES.stringNode(""), at, least("length", text.length()));
    }
    text.pattern()
        .ifPresent(pattern ->
            candidates().stream()
                .filter(candidate -> !pattern.matcher(candidate).matches())
                .findFirst()
                .ifPresent(candidate ->
                    taker.take(
                        NODES.stringNode(candidate),
                        at,
                        "Member must satisfy regular expression pattern: " + pattern.pattern())));
    if (!text.values().isEmpty()) {
      taker.take(NODES.stringNode("?"), at, "Member must satisfy enum value set: [");
    }
  }

  /// One of these does not match any pattern that forbids something.
  private static List<String> candidates() {
    return List.of("\u0000 ?/\\\"'$", "a b", "", "1", "x:y");
  }

  private static String lower(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /// What is right is not refused.
  @TestFactory
  Stream<DynamicTest> what_the_api_documents_as_examples_is_allowed() {
    return Stream.of(
            """
            {"FunctionName":"my-function","Role":"arn:aws:iam::123456789012:role/service-role/r",
             "Code":{"ZipFile":"UEsDBA=="},"Runtime":"python3.11","Handler":"app.handler",
             "MemorySize":256,"Timeout":15,"Publish":true,"Tags":{"department":"assets"},
             "Environment":{"Variables":{"BUCKET":"b","PREFIX":"p"}},"Architectures":["x86_64"],
             "Layers":["arn:aws:lambda:us-east-1:123456789012:layer:my-layer:1"]}
            """)
        .map(text ->
            DynamicTest.dynamicTest(
                "CreateFunction",
                () ->
                    VALIDATION.check(
                        MODEL.operations().stream()
                            .filter(o -> o.name().equals("CreateFunction"))
                            .findFirst()
                            .orElseThrow(),
                        (ObjectNode) JsonMapper.shared().readTree(text))));
  }
}
