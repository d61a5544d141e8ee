package org.openlambda.core.function;

import java.nio.file.Path;

/// Where the code of one version can be fetched from. The digest is of the content, so two places
/// with the same digest are interchangeable.
public sealed interface Code {
  /// SHA-256 over the content, see the implementation for what exactly is hashed.
  Digest digest();

  /// A folder that somebody may be editing. The digest covers each entry's relative path, kind,
  /// executable bit and content, in the order of the paths.
  record Folder(Path path, Digest digest) implements Code {}

  /// A tar.gz that does not change. The digest covers the bytes of the archive.
  record Archive(Path path, Digest digest) implements Code {}
}
