package org.openlambda.control.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.config.FunctionFile;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;

/// Decides what a folder of code is: a version, as its `ol.yaml` configures it, or wrong. Safe for
/// any thread.
final class BundleJudge {
  private final RegistrySettings.LimitPair limits;

  BundleJudge(RegistrySettings.LimitPair limits) {
    this.limits = limits;
  }

  /// Decides whether a folder can be served as `name`.
  ///
  /// @param archive what it was unpacked from
  Reading judge(
      FunctionName name, Path folder, FolderContent content, Optional<FolderEntry.File> archive)
      throws IOException {
    List<String> problems = new ArrayList<>(content.problems());
    FunctionFile file = FunctionFile.absent(limits.defaults());
    boolean settled = content.settled();
    switch (content.entries().get(FunctionFile.NAME)) {
      case null -> {}
      case FolderEntry.File(_, var digest, var stamp, _) -> {
        byte[] bytes = start(folder.resolve(FunctionFile.NAME));
        settled &= stamp.size() > bytes.length || FileDigest.of(bytes).equals(digest);
        try {
          file = FunctionFile.read(bytes, limits.defaults(), limits.most());
        } catch (BadBundle e) {
          problems.addAll(e.problems());
        }
      }
      case FolderEntry.Folder _, FolderEntry.Link _ ->
          problems.add("ol.yaml must be a file, not a folder or a link");
    }
    if (problems.isEmpty()) {
      EntryCheck.fault(file.config(), content).ifPresent(problems::add);
    }
    Lookup lookup =
        problems.isEmpty()
            ? new Lookup.Found(
                Version.latest(name, new Code(folder, content.digest()), file.config()))
            : new Lookup.Broken(name, problems);
    var seen = new FolderContent(content.digest(), content.entries(), content.problems(), settled);
    return new Reading(lookup, file.notes(), Optional.of(seen), archive);
  }

  /// As much of a file as [FunctionFile] takes, and one byte more.
  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(FunctionFile.LARGEST_BYTES + 1);
    }
  }
}
