package org.openlambda.core.bundle;

import org.openlambda.core.units.Bytes;

/// How large a bundle may be.
///
/// @param content all files together, unpacked
/// @param entries files, folders and links together
/// @param depth components of the longest path
/// @param nameBytes of one component, in UTF-8
/// @param pathBytes of a path relative to the bundle, in UTF-8
public record BundleBounds(Bytes content, int entries, int depth, int nameBytes, int pathBytes) {
  /// AWS Lambda's 250 MB, and what any file system can hold.
  public static final BundleBounds DEFAULT =
      new BundleBounds(Bytes.mebi(250), 20_000, 40, 255, 1024);
}
