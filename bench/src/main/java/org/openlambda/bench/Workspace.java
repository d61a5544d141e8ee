package org.openlambda.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/// A temporary folder of one run: functions, the baseline's scripts, sockets.
final class Workspace implements AutoCloseable {
  /// The same handler everywhere.
  static final String HANDLER =
      "def f(event):\n    return {\"hello\": event.get(\"name\", \"you\")}\n";

  static final String BODY = "{\"name\":\"Ada\"}";
  static final String ANSWER = "{\"hello\": \"Ada\"}";

  private final Path root;

  Workspace() throws IOException {
    root = Files.createTempDirectory("ol-bench-");
    Files.createDirectory(functions());
  }

  Path functions() {
    return root.resolve("functions");
  }

  Path resolve(String name) {
    return root.resolve(name);
  }

  /// Writes a function whose code nobody else has: `n` makes its bundle's digest its own.
  Path function(String name, int n) throws IOException {
    Path folder = Files.createDirectory(functions().resolve(name));
    Files.writeString(folder.resolve("f.py"), "# " + n + "\n" + HANDLER);
    return folder;
  }

  /// Copies one of the baseline's scripts out of the jar.
  Path script(String name) throws IOException {
    Path file = root.resolve(name);
    try (InputStream in = Objects.requireNonNull(Workspace.class.getResourceAsStream(name))) {
      Files.copy(in, file);
    }
    return file;
  }

  /// Whether an answer is the handler's, however JSON was spaced.
  static boolean isAnswer(String body) {
    return body.replace(" ", "").equals(ANSWER.replace(" ", ""));
  }

  @Override
  public void close() throws IOException {
    try (var paths = Files.walk(root)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(path -> {
            try {
              Files.delete(path);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
