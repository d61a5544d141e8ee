package org.openlambda.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;

/// All of them. Any thread; calls block on the disk, and on the network if they are kept elsewhere.
/// A place elsewhere that does not answer is [org.openlambda.core.bundle.CodeAway] in every call.
public interface Bundles extends CodeSource {
  /// An archive that was taken in.
  ///
  /// @param archive of its bytes
  /// @param tree of what it unpacks to
  /// @param bytes of the archive
  record Kept(Digest archive, Digest tree, long bytes) {}

  /// What somebody has.
  ///
  /// @param merged trees that were made of others
  record Used(Set<Kept> archives, Set<Digest> merged) {
    public Used {
      archives = Set.copyOf(archives);
      merged = Set.copyOf(merged);
    }

    /// Of archives and trees.
    Set<Digest> digests() {
      var all = new HashSet<>(merged);
      archives.forEach(kept -> all.addAll(List.of(kept.archive(), kept.tree())));
      return all;
    }
  }

  /// What archives there are.
  enum Format {
    ZIP,
    /// tar, in gzip.
    TAR_GZ;

    /// A gzip begins with 1f 8b (RFC 1952, 2.3.1); what else is kept is a zip.
    static Format of(Path archive) throws IOException {
      try (InputStream in = Files.newInputStream(archive)) {
        return in.read() == 0x1f && in.read() == 0x8b ? TAR_GZ : ZIP;
      }
    }
  }

  /// Writes an archive into a file, which it makes.
  interface Incoming<X extends Exception> {
    void write(Path file) throws X, IOException;
  }

  /// Looks at what an archive unpacks to, before anybody may use it.
  interface Check {
    /// @throws BadBundle if it cannot be served
    void look(Path folder, FolderContent content) throws BadBundle, IOException;
  }

  /// Takes an archive in: when this returns, it is kept for good, and unpacked here.
  ///
  /// @throws BadBundle naming the entries that cannot be served; nothing is kept
  /// @throws org.openlambda.control.archive.ZipArchive.Unreadable if it is no zip; nothing is kept
  /// @throws org.openlambda.control.archive.ZipArchive.TooLarge if it unpacks to too much; nothing
  ///   is kept
  <X extends Exception> Kept keep(Incoming<X> incoming, Format format, Check check)
      throws X, BadBundle, IOException;

  /// The same for one in memory.
  default Kept keep(byte[] archive, Format format, Check check) throws BadBundle, IOException {
    return this.<IOException>keep(file -> Files.write(file, archive), format, check);
  }

  /// Makes one tree of several; where two have the same file, the later one's is taken.
  ///
  /// @return the digest of what came of it, which can be had by [#code]
  /// @throws BadBundle if all together are more than a bundle may be
  Digest merge(List<Digest> all) throws BadBundle, IOException;

  /// Where the code with this digest can be copied from, once [#bring] was asked for it. Reads
  /// nothing.
  Code code(Digest tree);

  /// The archive as it came.
  ///
  /// @throws java.nio.file.NoSuchFileException if it was never kept
  InputStream open(Kept archive) throws IOException;

  /// Writes a tree that was made of others into a file, as a tar.gz.
  void pack(Digest merged, Path file) throws IOException;

  /// Deletes what nobody uses, if it was not kept lately: a crash, or a change that was refused,
  /// may have left it.
  ///
  /// @param used what somebody has
  /// @param before what was kept since then stays
  /// @return how many archives and trees were deleted
  int sweep(Used used, Instant before) throws IOException;
}
