package org.openlambda.core.function;

import java.nio.file.Path;

/// The code of one version: a folder that somebody may be editing, and what was in it. The digest
/// covers each entry's relative path, kind, executable bit and content, in the order of the paths;
/// folders with equal digests are interchangeable.
///
/// @param folder where it can be copied from; absolute
/// @param digest of the content when it was read
public record Code(Path folder, Digest digest) {}
