package org.openlambda.control.registry;

import java.util.List;
import java.util.Optional;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.function.Registry.Lookup;

/// What came of reading a function once.
///
/// @param lookup [Lookup.Found] or [Lookup.Broken]
/// @param notes what its `ol.yaml` asks for in vain
/// @param content of the folder; empty if that could not be read
/// @param archive the archive that the folder was made from, if it was
record Reading(
    Lookup lookup,
    List<String> notes,
    Optional<FolderContent> content,
    Optional<FolderEntry.File> archive) {
  Reading {
    notes = List.copyOf(notes);
  }

  /// Whether nothing changed while it was read.
  boolean settled() {
    return content.map(FolderContent::settled).orElse(true);
  }

  boolean holds(String path) {
    return content.map(folder -> folder.entries().containsKey(path)).orElse(false);
  }

  /// Whether something is missing that was there in `earlier`.
  boolean lacksFilesOf(Reading earlier) {
    return earlier
        .content()
        .map(folder -> !folder.entries().keySet().stream().allMatch(this::holds))
        .orElse(false);
  }
}
