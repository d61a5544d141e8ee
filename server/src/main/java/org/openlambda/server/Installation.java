package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Path;

/// Where this program is installed.
final class Installation {
  private Installation() {}

  /// The folder with `lib` and `libexec`, as the `ol` script says.
  static Path home() throws IOException {
    String home = System.getProperty("openlambda.home", "");
    if (home.isEmpty()) {
      throw new IOException("the installation is not known: start the ol script, not the jar");
    }
    return Path.of(home).toAbsolutePath();
  }

  /// Where the programs of the database are, once one was started.
  static Path postgres() throws IOException {
    return home().resolve("postgres");
  }
}
