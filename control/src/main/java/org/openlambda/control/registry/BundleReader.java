package org.openlambda.control.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.openlambda.control.store.Unpacked;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.bundle.FileStatus;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.function.Registry.Lookup;

/// Turns what lies on the disk into a version, or into the reasons why it cannot be served. Blocks
/// on the disk; safe for any thread.
final class BundleReader {
  private final BundleJudge judge;
  private final BundleBounds bounds;
  private final Unpacked unpacked;

  BundleReader(BundleJudge judge, BundleBounds bounds, Unpacked unpacked) {
    this.judge = judge;
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
    return judge.judge(name, folder, content, Optional.empty());
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
    return judge.judge(name, tree.get().folder(), tree.get().content(), Optional.of(read.file()));
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
}
