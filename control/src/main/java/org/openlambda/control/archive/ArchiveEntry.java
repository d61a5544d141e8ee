package org.openlambda.control.archive;

/// An entry that was judged.
sealed interface ArchiveEntry {
  /// The archive's root, `./`.
  record Root() implements ArchiveEntry {}

  record Folder(String path) implements ArchiveEntry {}

  record File(String path, boolean executable) implements ArchiveEntry {}

  record SymbolicLink(String path, String target) implements ArchiveEntry {}

  record HardLink(String path, String file) implements ArchiveEntry {}
}
