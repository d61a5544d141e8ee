package org.openlambda.control.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.openlambda.control.config.FunctionFile;
import org.openlambda.control.store.Unpacked;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.bundle.FileStatus;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;

/// Turns what lies on the disk into a version, or into the reasons why it cannot be served. Blocks
/// on the disk; safe for any thread.
final class BundleReader {
  private final RegistrySettings.LimitPair limits;
  private final BundleBounds bounds;
  private final Unpacked unpacked;

  BundleReader(RegistrySettings.LimitPair limits, BundleBounds bounds, Unpacked unpacked) {
    this.limits = limits;
    this.bounds = bounds;
    this.unpacked = unpacked;
  }

  /// Reads a function where it lies.
  ///
  /// @param before an earlier reading of it: what has not changed is not read again
  /// @param beforeListing see [FolderScan]
  Reading read(
      FunctionName name,
      Source source,
      Optional<Reading> before,
      BiConsumer<Path, String> beforeListing) {
    try {
      return switch (source) {
        case Source.Folder(var path) -> folder(name, path.toRealPath(), before, beforeListing);
        case Source.Archive(var path, _) -> archive(name, path, before);
      };
    } catch (IOException e) {
      return broken(name, List.of("its code cannot be read: " + Problems.reason(e)));
    } catch (BadBundle e) {
      return broken(name, e.problems());
    }
  }

  private static Reading broken(FunctionName name, List<String> problems) {
    return new Reading(
        new Lookup.Broken(name, problems), List.of(), Optional.empty(), Optional.empty());
  }

  private Reading folder(
      FunctionName name,
      Path folder,
      Optional<Reading> before,
      BiConsumer<Path, String> beforeListing)
      throws IOException {
    Map<String, FolderEntry> known =
        before.flatMap(Reading::content).map(FolderContent::entries).orElse(Map.of());
    FolderContent content = FolderScan.of(folder, bounds, known, beforeListing);
    return judge(name, new Unpacked.Tree(folder, content), Optional.empty());
  }

  private Reading archive(FunctionName name, Path archive, Optional<Reading> before)
      throws BadBundle, IOException {
    FileStatus status = FileStatus.of(archive);
    var known = before.flatMap(Reading::archive);
    if (known.isPresent() && known.get().trusted() && known.get().stamp().equals(status.stamp())) {
      return before.get();
    }
    FileDigest read = FileDigest.of(archive, status);
    var tree = unpacked.find(name, read.file().digest());
    if (tree.isEmpty()) {
      var fresh = unpacked.unpack(archive);
      if (!FileStatus.of(archive).equals(status)) {
        unpacked.discard(fresh.folder());
        throw new BadBundle(List.of("the archive is being replaced at this moment; call again"));
      }
      tree = Optional.of(unpacked.keep(name, read.file().digest(), fresh));
    }
    return judge(name, tree.get(), Optional.of(read.file()));
  }

  /// Deletes what was unpacked of versions before the last.
  void forgetOlder(FunctionName name, Reading now, Optional<Reading> before) {
    var folders = new HashSet<Path>();
    folder(now).ifPresent(folders::add);
    before.flatMap(BundleReader::folder).ifPresent(folders::add);
    unpacked.keepOnly(name, Set.copyOf(folders));
  }

  private static Optional<Path> folder(Reading reading) {
    return reading.lookup() instanceof Lookup.Found(var version)
        ? Optional.of(version.code().folder())
        : Optional.empty();
  }

  /// Decides whether `tree` can be served as `name`.
  ///
  /// @param archive what it was unpacked from
  Reading judge(FunctionName name, Unpacked.Tree tree, Optional<FolderEntry.File> archive)
      throws IOException {
    FolderContent content = tree.content();
    List<String> problems = new ArrayList<>(content.problems());
    FunctionFile file = FunctionFile.absent(limits.defaults());
    boolean settled = content.settled();
    switch (content.entries().get(FunctionFile.NAME)) {
      case null -> {}
      case FolderEntry.File(_, var digest, var stamp, _) -> {
        byte[] bytes = start(tree.folder().resolve(FunctionFile.NAME));
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
                Version.latest(name, new Code(tree.folder(), content.digest()), file.config()))
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
