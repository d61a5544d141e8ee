package org.openlambda.control.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.openlambda.control.archive.Archive;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.archive.EntryConsumer;
import org.openlambda.control.archive.Unpacker;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.BadBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Archives as folders:
///
///     NAME/ARCHIVE.FOLDER/   the digest of the archive's bytes, and of the folder made from it
///     .RANDOM.part/          being made, or to be deleted
///
/// A folder gets its name by one rename when it is complete. It is not synced to the disk: what a
/// power cut left of it does not have the digest in its name, and is made anew.
public final class Unpacked {
  private static final Logger LOG = LoggerFactory.getLogger(Unpacked.class);
  private static final String PART = ".part";

  private final Path home;
  private final ArchiveBounds bounds;

  /// @param home a folder of its own; made if missing
  public Unpacked(Path home, ArchiveBounds bounds) throws IOException {
    this.home = Files.createDirectories(home).toRealPath();
    this.bounds = bounds;
  }

  /// A folder and what is in it.
  public record Tree(Path folder, FolderContent content) {}

  /// The folder made earlier of the archive with this digest, if it is still what it was.
  public Optional<Tree> find(FunctionName name, Digest archive) throws IOException {
    for (Path folder : children(home.resolve(name.text()))) {
      String[] digests = String.valueOf(folder.getFileName()).split("\\.");
      if (digests.length == 2 && digests[0].equals(archive.hex())) {
        FolderContent content = scan(folder);
        if (content.digest().hex().equals(digests[1])) {
          return Optional.of(new Tree(folder, content));
        }
        discard(folder);
      }
    }
    return Optional.empty();
  }

  /// Unpacks an archive, after all of it was judged, under a name that nobody looks at.
  public Tree unpack(Path archive) throws BadBundle, IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      Archive.read(in, bounds, EntryConsumer.NOTHING);
    }
    Path folder = Files.createDirectory(home.resolve(part()));
    boolean complete = false;
    try (InputStream in = Files.newInputStream(archive)) {
      Archive.read(in, bounds, new Unpacker(folder));
      complete = true;
      return new Tree(folder, scan(folder));
    } finally {
      if (!complete) {
        Trees.delete(folder);
      }
    }
  }

  /// Gives what [#unpack] made its name.
  public Tree keep(FunctionName name, Digest archive, Tree tree) throws IOException {
    Path target =
        Files.createDirectories(home.resolve(name.text()))
            .resolve(archive.hex() + "." + tree.content().digest().hex());
    try {
      Files.move(tree.folder(), target);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      Trees.delete(tree.folder()); // another thread was first, with the same content
    }
    return new Tree(target, tree.content());
  }

  /// Deletes the folders of a function but these.
  public void keepOnly(FunctionName name, Set<Path> folders) {
    try {
      for (Path folder : children(home.resolve(name.text()))) {
        if (!folders.contains(folder)) {
          discard(folder);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot delete old code of {}, it stays on the disk: {}", name, e.toString());
    }
  }

  /// Makes a folder disappear at once, and its content a little later.
  public void discard(Path folder) throws IOException {
    Trees.delete(Files.move(folder, home.resolve(part())));
  }

  /// Makes all folders of a function disappear.
  public void forget(FunctionName name) throws IOException {
    Path folder = home.resolve(name.text());
    if (Files.exists(folder)) {
      discard(folder);
    }
  }

  /// Sets aside what a predecessor left: parts, and folders of names that `isKnown` does not know.
  ///
  /// @return what to delete
  public List<Path> leftOvers(Predicate<String> isKnown) throws IOException {
    List<Path> left = new ArrayList<>();
    for (Path child : children(home)) {
      String name = String.valueOf(child.getFileName());
      if (name.endsWith(PART) && name.startsWith(".")) {
        left.add(child);
      } else if (!isKnown.test(name)) {
        left.add(Files.move(child, home.resolve(part())));
      }
    }
    return left;
  }

  private FolderContent scan(Path folder) throws IOException {
    return FolderScan.of(folder, bounds.bundle(), Map.of(), (_, _) -> {});
  }

  private static String part() {
    return "." + UUID.randomUUID() + PART;
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var children = Files.list(folder)) {
      return children.toList();
    }
  }
}
