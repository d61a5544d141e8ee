package org.openlambda.tests.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.openlambda.tests.Machine;

/// What a long run found, printed at once, and kept for the command to print all of it at its end.
public final class Summary {
  private static final Path FOLDER = Machine.ROOT.resolve("tests/target/endurance");

  private Summary() {}

  /// @param command `soak` or `chaos`
  public static void add(String command, List<String> lines) throws IOException {
    lines.forEach(System.out::println);
    Files.createDirectories(FOLDER);
    Files.write(
        FOLDER.resolve(command + ".txt"),
        lines,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
