package org.openlambda.core.function;

import java.nio.file.Path;
import java.util.Optional;

/// The code of one version: a folder that somebody may be editing, and what was in it. The digest
/// covers each entry's relative path, kind, executable bit and content, in the order of the paths;
/// folders with equal digests are interchangeable.
///
/// @param folder where it can be copied from; absolute
/// @param digest of the content when it was read
/// @param layers what else it needs, in one folder: seen at `/opt` (AWS Lambda, "Layers")
public record Code(Path folder, Digest digest, Optional<Code> layers) {
  /// Without layers.
  public Code(Path folder, Digest digest) {
    this(folder, digest, Optional.empty());
  }

  /// The same code with others below it.
  public Code over(Code layers) {
    return new Code(folder, digest, Optional.of(layers));
  }
}
