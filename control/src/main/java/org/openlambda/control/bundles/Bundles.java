package org.openlambda.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.openlambda.control.archive.Archive;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.archive.EntryConsumer;
import org.openlambda.control.archive.Unpacker;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.control.store.Trees;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;

/// All of them. Any thread; calls block on the disk.
public final class Bundles {
  private final Path archives;
  private final Path trees;
  private final Path parts;
  private final ArchiveBounds bounds;

  /// Held while something is taken for old, or made new.
  private final Object sweeping = new Object();

  /// An archive that was taken in.
  ///
  /// @param archive of its bytes
  /// @param tree of what it unpacks to
  /// @param bytes of the archive
  public record Kept(Digest archive, Digest tree, long bytes) {}

  /// What archives there are.
  public enum Format {
    ZIP,
    /// tar, in gzip.
    TAR_GZ
  }

  /// Looks at what an archive unpacks to, before anybody may use it.
  public interface Check {
    /// @throws BadBundle if it cannot be served
    void look(Path folder, FolderContent content) throws BadBundle, IOException;
  }

  /// Opens the folder, or makes it.
  public Bundles(Path folder, ArchiveBounds bounds) throws IOException {
    this.archives = Files.createDirectories(folder.resolve("archive"));
    this.trees = Files.createDirectories(folder.resolve("tree"));
    this.parts = folder.resolve("part");
    this.bounds = bounds;
    Trees.delete(parts); // of a server that was killed
    Files.createDirectories(parts);
  }

  /// Takes an archive in: when this returns, it is on the disk and unpacked.
  ///
  /// @throws BadBundle naming the entries that cannot be served; nothing is kept
  /// @throws ZipArchive.Unreadable if it is no zip; nothing is kept
  /// @throws ZipArchive.TooLarge if it unpacks to too much; nothing is kept
  public Kept keep(byte[] archive, Format format, Check check) throws BadBundle, IOException {
    Path file = parts.resolve(UUID.randomUUID() + ".archive");
    Path tree = parts.resolve(UUID.randomUUID() + ".tree");
    try {
      write(file, archive);
      read(file, format, EntryConsumer.NOTHING);
      read(file, format, new Unpacker(Files.createDirectory(tree)));
      FolderContent content = scan(tree);
      if (!content.problems().isEmpty()) {
        throw new BadBundle(content.problems());
      }
      check.look(tree, content);
      MessageDigest sha = FileDigest.sha256();
      sha.update(archive);
      var kept = new Kept(FileDigest.digest(sha), content.digest(), archive.length);
      publishTree(tree, kept.tree());
      synchronized (sweeping) {
        Files.move(file, archive(kept.archive()), StandardCopyOption.ATOMIC_MOVE);
      }
      Trees.sync(archives);
      return kept;
    } finally {
      Files.deleteIfExists(file);
      Trees.delete(tree);
    }
  }

  /// Makes one tree of several; where two have the same file, the later one's is taken.
  ///
  /// @return the digest of what came of it, which can be had by [#code]
  /// @throws BadBundle if all together are more than a bundle may be
  public Digest merge(List<Digest> all) throws BadBundle, IOException {
    Path merged = parts.resolve(UUID.randomUUID() + ".tree");
    try {
      Files.createDirectory(merged);
      for (Digest tree : all) {
        lay(trees.resolve(tree.hex()), merged);
      }
      FolderContent content = scan(merged);
      if (!content.problems().isEmpty()) {
        throw new BadBundle(content.problems());
      }
      publishTree(merged, content.digest());
      return content.digest();
    } finally {
      Trees.delete(merged);
    }
  }

  /// Files are shared, not copied: they do not change.
  private static void lay(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path));
        boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (!isFolder || !Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
          Trees.delete(target);
          if (isFolder) {
            Files.createDirectory(target);
          } else {
            Files.createLink(target, path);
          }
        }
      }
    }
  }

  private FolderContent scan(Path folder) throws IOException {
    return FolderScan.of(folder, bounds.bundle(), Map.of(), (_, _) -> {});
  }

  private void read(Path file, Format format, EntryConsumer consumer)
      throws BadBundle, IOException {
    switch (format) {
      case ZIP -> ZipArchive.read(file, bounds, consumer);
      case TAR_GZ -> {
        try (InputStream in = Files.newInputStream(file)) {
          Archive.read(in, bounds, consumer);
        }
      }
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /// The same code may be there already, or be published by another thread just now.
  private void publishTree(Path tree, Digest digest) throws IOException {
    Path target = trees.resolve(digest.hex());
    if (isKept(target)) {
      if (scan(target).digest().equals(digest)) {
        return;
      }
      Files.move(target, parts.resolve(UUID.randomUUID() + ".broken")); // by a crash of the machine
    }
    try {
      Files.move(tree, target);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
    Trees.sync(trees);
  }

  /// What is asked for is not swept any more, whatever it was before.
  private boolean isKept(Path tree) throws IOException {
    synchronized (sweeping) {
      boolean there = Files.isDirectory(tree);
      if (there) {
        Files.setLastModifiedTime(tree, FileTime.from(Instant.now()));
      }
      return there;
    }
  }

  /// Deletes what nobody uses, if it was not kept lately: a crash, or a change that was refused,
  /// may have left it.
  ///
  /// @param used digests of archives and of trees that somebody has
  /// @param before what was kept since then stays
  /// @return how many archives and trees were deleted
  public int sweep(Set<Digest> used, Instant before) throws IOException {
    return sweep(archives, used, before) + sweep(trees, used, before);
  }

  private int sweep(Path folder, Set<Digest> used, Instant before) throws IOException {
    int swept = 0;
    try (var all = Files.newDirectoryStream(folder)) {
      for (Path path : all) {
        Path gone = parts.resolve(UUID.randomUUID() + ".swept");
        if (!used.contains(new Digest(path.getFileName() + "")) && take(path, gone, before)) {
          Trees.delete(gone);
          swept++;
        }
      }
    }
    return swept;
  }

  private boolean take(Path path, Path gone, Instant before) throws IOException {
    synchronized (sweeping) {
      boolean old = Files.getLastModifiedTime(path).toInstant().isBefore(before);
      if (old) {
        Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
      }
      return old;
    }
  }

  /// Where the code with this digest can be copied from. Reads nothing.
  public Code code(Digest tree) {
    return new Code(trees.resolve(tree.hex()), tree);
  }

  /// The archive as it came.
  ///
  /// @throws java.nio.file.NoSuchFileException if it was never kept
  public InputStream open(Digest archive) throws IOException {
    return Files.newInputStream(archive(archive));
  }

  private Path archive(Digest digest) {
    return archives.resolve(digest.hex());
  }
}
