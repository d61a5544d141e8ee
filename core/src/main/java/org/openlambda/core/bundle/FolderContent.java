package org.openlambda.core.bundle;

import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Digest;

/// What was in a folder when it was read.
///
/// @param digest of all of it; means nothing if there are problems
/// @param entries by path relative to the folder
/// @param problems why it cannot be served; empty if it can
/// @param settled whether every file stayed the same while it was read
public record FolderContent(
    Digest digest, Map<String, FolderEntry> entries, List<String> problems, boolean settled) {
  public FolderContent {
    entries = Map.copyOf(entries);
    problems = List.copyOf(problems);
  }

  /// Whether a regular file is at `path`.
  public boolean hasFile(String path) {
    return entries.get(path) instanceof FolderEntry.File;
  }

  /// Whether a regular file or a link is at `path`.
  public boolean hasFileOrLink(String path) {
    return hasFile(path) || entries.get(path) instanceof FolderEntry.Link;
  }
}
