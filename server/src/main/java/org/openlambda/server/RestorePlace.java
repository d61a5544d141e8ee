package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.openlambda.control.store.Trees;

/// A data folder while something is restored into it: until that has ended it has a file that says
/// so, and nobody serves it. Closing it leaves nothing, unless all was done.
final class RestorePlace implements AutoCloseable {
  private static final String MARK = "restoring";

  private final Path data;
  private final boolean there;
  private boolean done;

  private RestorePlace(Path data, boolean there) {
    this.data = data;
    this.there = there;
  }

  /// @throws IOException in one sentence, if the folder is not empty; what another restore has
  ///   left, which was killed, is deleted
  static RestorePlace make(Path data) throws IOException {
    boolean there = Files.isDirectory(data);
    if (there && Files.exists(data.resolve(MARK))) {
      empty(data);
    }
    if (there && !children(data).isEmpty()) {
      throw new IOException(
          data + " is not empty: a backup is restored into a new folder, --data names one");
    }
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.createFile(data.resolve(MARK));
    Trees.sync(data);
    return new RestorePlace(data, there);
  }

  /// @throws IOException in one sentence, if something was restored into the folder and that did
  ///   not come to its end
  static void requireWhole(Path data) throws IOException {
    if (Files.exists(data.resolve(MARK))) {
      throw new IOException(
          ("%s holds a part of a backup: 'ol restore' is writing it, or was ended; say 'ol restore'"
                  + " again, which begins anew")
              .formatted(data));
    }
  }

  /// All is in its place.
  void done() throws IOException {
    Trees.sync(data);
    Files.delete(data.resolve(MARK));
    Trees.sync(data);
    done = true;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static void empty(Path data) throws IOException {
    for (Path child : children(data)) {
      if (!child.endsWith(MARK)) {
        Trees.delete(child);
      }
    }
    Files.deleteIfExists(data.resolve(MARK)); // last: until then it is known for what it is
  }

  @Override
  public void close() throws IOException {
    if (!done) {
      empty(data);
      if (!there) {
        Files.deleteIfExists(data);
      }
    }
  }
}
