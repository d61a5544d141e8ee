package org.openlambda.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.UUID;
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
  private final Path zips;
  private final Path trees;
  private final Path parts;
  private final ArchiveBounds bounds;

  /// An archive that was taken in.
  ///
  /// @param archive of its bytes
  /// @param tree of what it unpacks to
  /// @param bytes of the archive
  public record Kept(Digest archive, Digest tree, long bytes) {}

  /// Opens the folder, or makes it.
  public Bundles(Path folder, ArchiveBounds bounds) throws IOException {
    this.zips = Files.createDirectories(folder.resolve("zip"));
    this.trees = Files.createDirectories(folder.resolve("tree"));
    this.parts = folder.resolve("part");
    this.bounds = bounds;
    Trees.delete(parts);
    Files.createDirectories(parts);
  }

  /// Takes a zip in: when this returns, it is on the disk and unpacked.
  ///
  /// @throws BadBundle naming the entries that cannot be served; nothing is kept
  /// @throws ZipArchive.Unreadable if it is no zip; nothing is kept
  /// @throws ZipArchive.TooLarge if it unpacks to too much; nothing is kept
  public Kept keep(byte[] zip) throws BadBundle, IOException {
    Path file = parts.resolve(UUID.randomUUID() + ".zip");
    Path tree = parts.resolve(UUID.randomUUID() + ".tree");
    try {
      write(file, zip);
      ZipArchive.read(file, bounds, EntryConsumer.NOTHING);
      ZipArchive.read(file, bounds, new Unpacker(Files.createDirectory(tree)));
      FolderContent content = FolderScan.of(tree, bounds.bundle(), Map.of(), (_, _) -> {});
      if (!content.problems().isEmpty()) {
        throw new BadBundle(content.problems());
      }
      MessageDigest sha = FileDigest.sha256();
      sha.update(zip);
      var kept = new Kept(FileDigest.digest(sha), content.digest(), zip.length);
      publishTree(tree, kept.tree());
      Files.move(file, zip(kept.archive()), StandardCopyOption.ATOMIC_MOVE);
      Trees.sync(zips);
      return kept;
    } finally {
      Files.deleteIfExists(file);
      Trees.delete(tree);
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
    if (Files.isDirectory(target)) {
      return;
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

  /// Where the code with this digest can be copied from. Reads nothing.
  public Code code(Digest tree) {
    return new Code(trees.resolve(tree.hex()), tree);
  }

  /// The archive as it came.
  ///
  /// @throws java.nio.file.NoSuchFileException if it was never kept
  public InputStream open(Digest archive) throws IOException {
    return Files.newInputStream(zip(archive));
  }

  private Path zip(Digest archive) {
    return zips.resolve(archive.hex());
  }
}
