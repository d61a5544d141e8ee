package org.openlambda.control.registry;

import java.nio.file.Path;
import java.util.List;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.core.function.Limits;

/// What a [FolderRegistry] is told.
///
/// @param roots folders of functions; exist
/// @param uploads where uploaded archives are kept as `NAME.tar.gz`; made if missing; may be a root
/// @param state a folder of the registry's own, for unpacked archives; made if missing
/// @param limits what functions get and may ask for
/// @param bounds of every bundle
public record RegistrySettings(
    List<Path> roots, Path uploads, Path state, LimitPair limits, ArchiveBounds bounds) {
  public RegistrySettings {
    roots = List.copyOf(roots);
  }

  /// @param defaults for functions that set none
  /// @param most a function may ask for
  public record LimitPair(Limits defaults, Limits most) {
    public static final LimitPair DEFAULT = new LimitPair(Limits.DEFAULT, Limits.MAXIMUM);
  }
}
