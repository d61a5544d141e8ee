package org.openlambda.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;

/// The inputs that are kept of a target, `fuzz/corpus/TARGET.zip`: few, small, and together they
/// reach all that was ever reached. A zip, as thousands of files of a few bytes would be most of
/// the repository.
final class Corpus {
  private static final Path FOLDER =
      Path.of(System.getProperty("openlambda.root", ".."), "fuzz", "corpus");

  private Corpus() {}

  static List<byte[]> of(String target) throws IOException {
    var inputs = new ArrayList<byte[]>();
    try (var zip = new ZipInputStream(Files.newInputStream(FOLDER.resolve(target + ".zip")))) {
      while (zip.getNextEntry() != null) {
        inputs.add(zip.readAllBytes());
      }
    }
    return inputs;
  }
}
