package org.openlambda.control.registry;

import java.nio.file.Path;

/// Where a function comes from.
sealed interface Source {
  Path path();

  /// A folder of the user's own.
  record Folder(Path path) implements Source {}

  /// A `NAME.tar.gz`.
  ///
  /// @param uploaded whether it lies in the upload folder, and so may be deleted by
  ///   [FolderRegistry]
  record Archive(Path path, boolean uploaded) implements Source {}
}
