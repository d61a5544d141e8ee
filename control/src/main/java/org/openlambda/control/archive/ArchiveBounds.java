package org.openlambda.control.archive;

import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.units.Bytes;

/// How large an archive may be.
///
/// @param packed the archive itself
/// @param bundle what it unpacks to
/// @param ratio unpacked to packed bytes at any point beyond the first MiB: more is a bomb (deflate
///   reaches 1032, and only with zeros)
public record ArchiveBounds(Bytes packed, BundleBounds bundle, int ratio) {
  public static final ArchiveBounds DEFAULT =
      new ArchiveBounds(Bytes.mebi(250), BundleBounds.DEFAULT, 1000);
}
