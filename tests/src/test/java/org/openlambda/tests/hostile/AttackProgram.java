package org.openlambda.tests.hostile;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// All attacks on a worker of this process's user, as a program: a line for each, for
/// [RootlessHostileTest].
final class AttackProgram {
  /// Begins a line that is a verdict; then name, layer and how it was contained, by tabs.
  static final String CONTAINED = "contained\t";

  /// The same, with what went wrong instead.
  static final String SUCCEEDED = "succeeded\t";

  private AttackProgram() {}

  /// @param arguments an empty folder
  public static void main(String[] arguments) throws Exception {
    try (Stage stage = new Stage(Path.of(arguments[0]))) {
      List<Attack> all =
          Stream.of(
                  Escapes.attacks(),
                  KernelDoors.attacks(),
                  Neighbours.attacks(),
                  Bundles.attacks(),
                  Forgeries.attacks(stage),
                  Hunger.attacks(),
                  Afterlife.attacks())
              .flatMap(List::stream)
              .toList();
      for (Attack attack : all) {
        System.out.println(verdict(attack, stage));
      }
    }
  }

  private static String verdict(Attack attack, Stage stage) throws Exception {
    String begin = attack.name() + "\t" + attack.layer() + "\t";
    try {
      return CONTAINED + begin + attack.trial().run(stage);
    } catch (AssertionError e) {
      return SUCCEEDED + begin + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
  }
}
