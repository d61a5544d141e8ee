package org.openlambda.core.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/// One lstat(2).
///
/// @param executable whether its owner may execute it
public record FileStatus(Kind kind, boolean executable, FolderEntry.Stamp stamp) {
  /// What lies at a path.
  public enum Kind {
    FOLDER,
    FILE,
    LINK,
    /// A socket, pipe or device.
    SPECIAL
  }

  private static final int EXECUTABLE_BY_OWNER = 0100;

  /// Asks the system, without following a link.
  ///
  /// @throws java.nio.file.NoSuchFileException if nothing is there
  public static FileStatus of(Path path) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(
            path, "unix:mode,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
    int mode = get(unix, "mode", Integer.class);
    var stamp =
        new FolderEntry.Stamp(
            get(unix, "ino", Long.class),
            get(unix, "size", Long.class),
            get(unix, "lastModifiedTime", FileTime.class),
            get(unix, "ctime", FileTime.class));
    return new FileStatus(kind(mode), (mode & EXECUTABLE_BY_OWNER) != 0, stamp);
  }

  /// The kind in the mode's upper bits, inode(7).
  private static Kind kind(int mode) {
    return switch (mode & 0170000) {
      case 0040000 -> Kind.FOLDER;
      case 0100000 -> Kind.FILE;
      case 0120000 -> Kind.LINK;
      default -> Kind.SPECIAL;
    };
  }

  private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("this Java runtime does not tell a file's " + name);
    }
    return type.cast(value);
  }
}
