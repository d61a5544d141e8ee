package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import tools.jackson.databind.JsonNode;

/// The suite would see a missing layer: each of these attacks succeeds as soon as one layer is off,
/// and is contained in the same place when none is. Every run is in a throw-away place.
@Tag("root")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ControlsTest {
  private final Verdicts verdicts = new Verdicts("controls: layer off, attack succeeds");
  private final List<Control> controls = Control.all();
  private final List<JsonNode> contained = new ArrayList<>();
  private final List<JsonNode> free = new ArrayList<>();
  private Leftovers before;

  @BeforeAll
  void run(@TempDir Path folder) throws IOException, InterruptedException {
    Machine.requireSandboxes();
    before = Leftovers.now();
    Path build = ThrowAway.controlBuild(folder);
    var orders = new ArrayList<ThrowAway.Order>();
    orders.add(new ThrowAway.Order("", Control.IN_ZYGOTE, events("")));
    List<String> layers = controls.stream().map(Control::layer).distinct().toList();
    layers.forEach(layer -> orders.add(new ThrowAway.Order(layer, before(layer), events(layer))));
    List<JsonNode> answers = ThrowAway.follow(build, orders);
    answers.getFirst().forEach(contained::add);
    answers.subList(1, answers.size()).forEach(answer -> answer.forEach(free::add));
  }

  /// Events of the controls of a layer, or of all if it is empty.
  private List<?> events(String layer) {
    return controls.stream()
        .filter(control -> layer.isEmpty() || control.layer().equals(layer))
        .map(Control::event)
        .toList();
  }

  private static String before(String layer) {
    return layer.equals("zygote-filter") ? Control.IN_ZYGOTE : "";
  }

  @AfterAll
  void close() throws IOException {
    if (before != null) {
      verdicts.print();
      before.assertNothingNew();
    }
  }

  @TestFactory
  Stream<DynamicTest> contained_with_every_layer() {
    return Stream.iterate(0, i -> i < controls.size(), i -> i + 1)
        .map(i ->
            DynamicTest.dynamicTest(
                controls.get(i).attack(),
                () ->
                    assertThat(controls.get(i).contained(contained.get(i)))
                        .as(contained.get(i).toString())
                        .isTrue()));
  }

  /// The controls are in the order of their layers, as the answers are.
  @TestFactory
  Stream<DynamicTest> succeeds_without_its_layer() {
    return Stream.iterate(0, i -> i < controls.size(), i -> i + 1)
        .map(i -> {
          Control control = controls.get(i);
          return DynamicTest.dynamicTest(
              control.attack() + " without " + control.layer(),
              () -> {
                assertThat(control.succeeded(free.get(i))).as(free.get(i).toString()).isTrue();
                verdicts.add(control.attack(), control.layer(), control.success(free.get(i)));
              });
        });
  }
}
