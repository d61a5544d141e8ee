package org.openlambda.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder of functions.
///
/// @param folder whose sub-folders are functions
public record Functions(Path folder) {
  /// An empty one at `folder`.
  public static Functions in(Path folder) throws IOException {
    return new Functions(Files.createDirectories(folder));
  }

  public Path folder(String name) {
    return folder.resolve(name);
  }

  /// Writes one file of a function, as an editor does that saves in place.
  public Functions write(String function, String file, String text) throws IOException {
    Path path = folder(function).resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return this;
  }

  /// A function of one file, OpenLambda's `f.py`.
  public Functions add(String function, String code) throws IOException {
    return write(function, "f.py", code);
  }

  /// The same with an `ol.yaml`.
  public Functions add(String function, String yaml, String code) throws IOException {
    return write(function, "ol.yaml", yaml).add(function, code);
  }
}
