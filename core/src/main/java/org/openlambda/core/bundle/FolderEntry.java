package org.openlambda.core.bundle;

import java.nio.file.attribute.FileTime;
import org.openlambda.core.function.Digest;

/// One entry of a folder of code.
public sealed interface FolderEntry {
  /// A folder.
  record Folder() implements FolderEntry {}

  /// A regular file.
  ///
  /// @param digest of its bytes
  /// @param stamp what it looked like before and after it was read
  /// @param trusted whether an equal stamp proves equal bytes: false for a file that changed so
  ///   shortly before it was read that one more write need not have moved its times (git's "racy"
  ///   entries)
  record File(boolean executable, Digest digest, Stamp stamp, boolean trusted)
      implements FolderEntry {}

  /// A symbolic link, not followed.
  record Link(String target) implements FolderEntry {}

  /// What stat(2) says that changes whenever the bytes do.
  record Stamp(long inode, long size, FileTime modified, FileTime changed) {}
}
