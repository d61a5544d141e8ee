package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names that AWS Lambda gives to what this machine's Python can run: its own version and the
/// older ones, whose programs it runs as well.
final class Runtimes {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final int OLDEST = 9;

  private Runtimes() {}

  /// `python3.9` … `python3.11`.
  static List<String> names() throws IOException {
    Matcher version =
        Pattern.compile("python3\\.(\\d+)").matcher(PYTHON.toRealPath().getFileName() + "");
    if (!version.matches()) {
      throw new IOException(PYTHON + " is no Python whose version its name says");
    }
    var names = new ArrayList<String>();
    for (int minor = OLDEST; minor <= Integer.parseInt(version.group(1)); minor++) {
      names.add("python3." + minor);
    }
    return List.copyOf(names);
  }
}
