package org.openlambda.bench.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Objects;

/// A temporary folder of one run: functions, the baseline's scripts, sockets.
public final class Workspace implements AutoCloseable {
  /// The same handler everywhere.
  public static final String HANDLER =
      "def f(event):\n    return {\"hello\": event.get(\"name\", \"you\")}\n";

  /// The same in the shape that AWS Lambda's have: `f.f`.
  public static final String AWS_HANDLER = HANDLER.replace("(event)", "(event, context)");

  public static final String BODY = "{\"name\":\"Ada\"}";
  public static final String ANSWER = "{\"hello\": \"Ada\"}";

  private final Path root;

  public Workspace() throws IOException {
    root = Files.createTempDirectory("ol-bench-");
    Files.createDirectory(functions());
  }

  public Path functions() {
    return root.resolve("functions");
  }

  public Path resolve(String name) {
    return root.resolve(name);
  }

  /// A place for a server's state that no server used before. Workspaces end after their servers.
  public Path newState() throws IOException {
    return Files.createTempDirectory(root, "state-");
  }

  /// Writes a function whose code nobody else has: `n` makes its bundle's digest its own.
  public Path function(String name, int n) throws IOException {
    return function(name, "# " + n + "\n" + HANDLER);
  }

  /// Writes one of the shape that AWS Lambda's have, with the limits that they have by default.
  public void awsFunction(String name, int n) throws IOException {
    var _ = function(name, "# " + n + "\n" + AWS_HANDLER);
    settings(name, "handler: f.f\nmemory: 128MB\ntimeout: 3\n");
  }

  /// Writes a function with this code.
  public Path function(String name, String code) throws IOException {
    Path folder = Files.createDirectory(functions().resolve(name));
    Files.writeString(folder.resolve("f.py"), code);
    return folder;
  }

  /// Writes the `ol.yaml` of a function.
  public void settings(String name, String yaml) throws IOException {
    Files.writeString(functions().resolve(name).resolve("ol.yaml"), yaml);
  }

  /// Copies one of the baseline's scripts out of the jar.
  public Path script(String name) throws IOException {
    Path file = root.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(
            Workspace.class.getResourceAsStream("/org/openlambda/bench/" + name))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
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
