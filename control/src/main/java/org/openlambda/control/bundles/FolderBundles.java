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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.openlambda.control.archive.Archive;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.archive.EntryConsumer;
import org.openlambda.control.archive.Packer;
import org.openlambda.control.archive.Unpacker;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.control.store.Trees;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.bundle.FileStatus;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;

/// In a folder.
public final class FolderBundles implements Bundles {
  private static final String PARTS = "part";
  private static final String PARTS_BESIDE = "part-beside";

  private final Path archives;
  private final Path trees;
  private final Path parts;
  private final ArchiveBounds bounds;

  /// Held while something is taken for old, or made new.
  private final Object sweeping = new Object();

  private FolderBundles(Path folder, Path parts, ArchiveBounds bounds) throws IOException {
    this.archives = Files.createDirectories(folder.resolve("archive"));
    this.trees = Files.createDirectories(folder.resolve("tree"));
    this.parts = Files.createDirectories(parts);
    this.bounds = bounds;
  }

  /// Opens the folder, or makes it. What somebody who was killed has left under way is deleted.
  public FolderBundles(Path folder, ArchiveBounds bounds) throws IOException {
    this(emptied(folder), folder.resolve(PARTS), bounds);
  }

  private static Path emptied(Path folder) throws IOException {
    Trees.delete(folder.resolve(PARTS));
    Trees.delete(folder.resolve(PARTS_BESIDE));
    return folder;
  }

  /// Opens a folder that a server may have open, too.
  public static FolderBundles beside(Path folder, ArchiveBounds bounds) throws IOException {
    return new FolderBundles(folder, folder.resolve(PARTS_BESIDE), bounds);
  }

  @Override
  public <X extends Exception> Kept keep(Incoming<X> incoming, Format format, Check check)
      throws X, BadBundle, IOException {
    Path file = part("archive");
    try {
      incoming.write(file);
      Digest digest = digest(file);
      Digest tree = unpack(file, format, check);
      var kept = new Kept(digest, tree, Files.size(file));
      publishArchive(file, digest);
      return kept;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// Takes back what [#open] or [#pack] gave once.
  ///
  /// @param archive its digest; empty for a tree that was made of others
  /// @throws BadBundle if it is not what it was
  public <X extends Exception> void takeBack(
      Digest tree, Optional<Digest> archive, Incoming<X> incoming)
      throws X, BadBundle, IOException {
    Path file = part("archive");
    try {
      incoming.write(file);
      boolean right = archive.isEmpty() || archive.get().equals(digest(file));
      if (!right || !unpack(file, Format.of(file), (_, _) -> {}).equals(tree)) {
        throw new BadBundle(List.of("the code " + tree.brief() + " is not what it was"));
      }
      if (archive.isPresent()) {
        publishArchive(file, archive.get());
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// Makes a tree of an archive, and publishes it.
  Digest unpack(Path archive, Format format, Check check) throws BadBundle, IOException {
    Path tree = part("tree");
    try {
      read(archive, format, EntryConsumer.NOTHING);
      read(archive, format, new Unpacker(Files.createDirectory(tree)));
      FolderContent content = scan(tree);
      if (!content.problems().isEmpty()) {
        throw new BadBundle(content.problems());
      }
      check.look(tree, content);
      publishTree(tree, content.digest());
      return content.digest();
    } finally {
      Trees.delete(tree);
    }
  }

  /// Moves a file into its place, where it survives a power cut.
  void publishArchive(Path file, Digest digest) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    synchronized (sweeping) {
      Files.move(file, archive(digest), StandardCopyOption.ATOMIC_MOVE);
    }
    Trees.sync(archives);
  }

  static Digest digest(Path file) throws IOException {
    return FileDigest.of(file, FileStatus.of(file)).file().digest();
  }

  /// A name for something that is under way.
  Path part(String kind) {
    return parts.resolve(UUID.randomUUID() + "." + kind);
  }

  @Override
  public Digest merge(List<Digest> all) throws BadBundle, IOException {
    Path merged = part("tree");
    try {
      Files.createDirectory(merged);
      for (Digest tree : all) {
        lay(tree(tree), merged);
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

  FolderContent scan(Path folder) throws IOException {
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

  /// The same code may be there already, or be published by another thread just now.
  private void publishTree(Path tree, Digest digest) throws IOException {
    Path target = tree(digest);
    if (isKept(target)) {
      if (scan(target).digest().equals(digest)) {
        return;
      }
      Files.move(target, part("broken")); // by a crash of the machine
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

  /// Whether a tree or an archive is here. What is asked for is not swept any more, whatever it was
  /// before.
  private boolean isKept(Path path) throws IOException {
    synchronized (sweeping) {
      boolean there = Files.exists(path);
      if (there) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
      }
      return there;
    }
  }

  boolean hasTree(Digest tree) throws IOException {
    return isKept(tree(tree));
  }

  boolean hasArchive(Digest archive) throws IOException {
    return isKept(archive(archive));
  }

  @Override
  public void bring(Code code) {}

  @Override
  public int sweep(Used used, Instant before) throws IOException {
    Set<Digest> digests = used.digests();
    return sweep(archives, digests, before) + sweep(trees, digests, before);
  }

  private int sweep(Path folder, Set<Digest> used, Instant before) throws IOException {
    int swept = 0;
    try (var all = Files.newDirectoryStream(folder)) {
      for (Path path : all) {
        Path gone = part("swept");
        if (!used.contains(digestOf(path)) && take(path, gone, before)) {
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

  @Override
  public void pack(Digest tree, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      Packer.pack(tree(tree), scan(tree(tree)), out);
    }
  }

  /// Deletes what was asked for least lately, until the rest is small enough.
  ///
  /// @param most bytes of all
  /// @param before what was asked for since then stays
  /// @param elsewhere what can be had again: nothing else is deleted
  /// @return how many archives and trees were deleted
  int trim(long most, Instant before, Set<Digest> elsewhere) throws IOException {
    var all = new ArrayList<Sized>();
    for (Path folder : List.of(archives, trees)) {
      try (var paths = Files.newDirectoryStream(folder)) {
        for (Path path : paths) {
          all.add(new Sized(path, Trees.bytes(path), Files.getLastModifiedTime(path)));
        }
      }
    }
    all.sort(Comparator.comparing(Sized::asked));
    long bytes = all.stream().mapToLong(Sized::bytes).sum();
    int trimmed = 0;
    for (Sized one : all) {
      Path gone = part("trimmed");
      if (bytes > most && elsewhere.contains(digestOf(one.path)) && take(one.path, gone, before)) {
        Trees.delete(gone);
        bytes -= one.bytes;
        trimmed++;
      }
    }
    return trimmed;
  }

  private record Sized(Path path, long bytes, FileTime asked) {}

  private static Digest digestOf(Path path) {
    return new Digest(String.valueOf(path.getFileName()));
  }

  @Override
  public Code code(Digest tree) {
    return new Code(tree(tree), tree);
  }

  @Override
  public InputStream open(Kept archive) throws IOException {
    return Files.newInputStream(archive(archive.archive()));
  }

  Path archive(Digest digest) {
    return archives.resolve(digest.hex());
  }

  Path tree(Digest digest) {
    return trees.resolve(digest.hex());
  }
}
