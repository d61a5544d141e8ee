package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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

/// Every attack runs in a real sandbox of a real worker. None succeeds, none is felt by the next
/// call, and nothing is left behind by all of them.
@Tag("root")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileTest {
  private final Verdicts verdicts = new Verdicts("attacks contained");
  private Leftovers before;
  private Stage stage;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    Machine.requireSandboxes();
    before = Leftovers.now();
    stage = new Stage(folder);
  }

  @AfterAll
  void close() throws IOException {
    if (stage == null) {
      return; // it was not opened: not root
    }
    before.alsoWatch(stage);
    stage.close();
    verdicts.print();
    before.assertNothingNew();
  }

  @TestFactory
  Stream<DynamicTest> no_escape_succeeds() {
    return tests(Escapes.attacks());
  }

  @TestFactory
  Stream<DynamicTest> no_door_of_the_kernel_opens() {
    return tests(KernelDoors.attacks());
  }

  @TestFactory
  Stream<DynamicTest> no_neighbour_is_reached() {
    return tests(Neighbours.attacks());
  }

  @TestFactory
  Stream<DynamicTest> no_code_is_what_it_does_not_seem() {
    return tests(Bundles.attacks());
  }

  @TestFactory
  Stream<DynamicTest> no_forged_frame_is_believed() throws IOException {
    return tests(Forgeries.attacks(stage));
  }

  @TestFactory
  Stream<DynamicTest> nobody_eats_more_than_its_limits() {
    return tests(Hunger.attacks());
  }

  @TestFactory
  Stream<DynamicTest> nothing_goes_on_when_the_answer_is_given() {
    return tests(Afterlife.attacks());
  }

  private Stream<DynamicTest> tests(List<Attack> attacks) {
    return attacks.stream()
        .map(attack ->
            DynamicTest.dynamicTest(
                attack.name(),
                () -> {
                  String how = attack.trial().run(stage);
                  verdicts.add(attack.name(), attack.layer(), how);
                  assertThat(how).isNotBlank();
                }));
  }
}
