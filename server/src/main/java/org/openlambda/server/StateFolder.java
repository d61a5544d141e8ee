package org.openlambda.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Where a node keeps what it needs while it runs: the same folder for the same functions, so that
/// the next start finds and removes what a killed one left.
final class StateFolder {
  private StateFolder() {}

  /// @param kind `dev`
  /// @param of the folder that is served, absolute
  static Path of(String kind, Path of) {
    var sum = new CRC32();
    sum.update(of.toString().getBytes(StandardCharsets.UTF_8));
    return base().resolve("openlambda").resolve("%s-%08x".formatted(kind, sum.getValue()));
  }

  /// Of the machine's server.
  static Path ofServer() {
    return base().resolve("openlambda").resolve("server");
  }

  /// Deletes what a node that has ended needs no more: copies of code, places for sockets and
  /// roots. Uploaded functions stay, and with them the folder; otherwise it goes too.
  static void clean(Path state) throws IOException {
    delete(state.resolve("worker"));
    delete(state.resolve("registry"));
    for (Path folder : List.of(state.resolve("uploads"), state)) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return; // somebody's functions
      }
    }
  }

  /// Deletes a folder with all that is in it; links in it are deleted, not followed.
  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  /// The machine's place for state, where it may be written; otherwise the user's. `user.home` is
  /// root's home for a process that is root of a user namespace only, so the environment says.
  private static Path base() {
    String configured = System.getenv("XDG_STATE_HOME");
    if (configured != null) {
      return Path.of(configured);
    }
    Path machine = Path.of("/var/lib");
    String home = System.getenv().getOrDefault("HOME", System.getProperty("user.home"));
    return Files.isWritable(machine) ? machine : Path.of(home, ".local", "state");
  }
}
