package org.openlambda.control.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes entries into a folder that nobody else writes to. Creates only, never opens or replaces.
public final class Unpacker implements EntryConsumer {
  private static final FileAttribute<Set<PosixFilePermission>> PLAIN = permissions("rw-r--r--");
  private static final FileAttribute<Set<PosixFilePermission>> EXECUTABLE =
      permissions("rwxr-xr-x");

  private final Path root;

  /// @param root exists and is empty
  public Unpacker(Path root) {
    this.root = root;
  }

  @Override
  public void folder(String path) throws IOException {
    Files.createDirectories(root.resolve(path));
  }

  @Override
  public void file(String path, boolean executable, InputStream content) throws IOException {
    Path file = inFolder(path);
    Files.createFile(file, executable ? EXECUTABLE : PLAIN);
    try (var out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      content.transferTo(out);
    }
  }

  @Override
  public void symbolicLink(String path, String target) throws IOException {
    Files.createSymbolicLink(inFolder(path), Path.of(target));
  }

  @Override
  public void hardLink(String path, String file) throws IOException {
    Files.createLink(inFolder(path), root.resolve(file));
  }

  private Path inFolder(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return file;
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
