package org.openlambda.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// A folder in memory, of this process alone and gone with it, for targets that write files.
public final class Workshop {
  private static final Path MEMORY = Path.of("/dev/shm");

  private Workshop() {}

  public static Path make(String name) {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "openlambda-fuzz-" + name)
              : Files.createTempDirectory("openlambda-fuzz-" + name);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> removeQuietly(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("a target needs a folder to work in", e);
    }
  }

  /// Everything below `folder`, relative to it, no link followed.
  public static List<Path> below(Path folder) throws IOException {
    var paths = new ArrayList<Path>();
    try (var all = Files.walk(folder)) {
      all.filter(path -> !path.equals(folder)).forEach(path -> paths.add(folder.relativize(path)));
    }
    return paths;
  }

  /// Removes `folder` and what is below it, following no link.
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path emptied, IOException failed)
              throws IOException {
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void removeQuietly(Path folder) {
    try {
      remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
