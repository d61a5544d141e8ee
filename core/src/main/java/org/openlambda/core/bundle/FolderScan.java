package org.openlambda.core.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Problems;

/// Reads a folder of code: what is in it, what is wrong with it, and its digest.
///
/// The digest is SHA-256 over the entries in the order of their paths (compared as unsigned UTF-8
/// bytes), each as
///
///     1      kind: 'd' folder, 'f' file, 'x' file that its owner may execute, 'l' symbolic link
///     4      length of the path, big-endian
///     …      the path relative to the folder, UTF-8, components separated by '/'
///     32     SHA-256 of the file's bytes                              (kinds 'f' and 'x')
///     4, …   length and bytes of the link's target, UTF-8             (kind 'l')
///
/// Links are never followed. A file that was hashed before and has the same [FolderEntry.Stamp] is
/// not read again. Blocks on the disk. Used once, by one thread.
public final class FolderScan {
  private final BundleBounds bounds;
  private final Map<String, FolderEntry> known;
  private final BiConsumer<Path, String> beforeListing;
  private final Problems problems = new Problems();
  private final Map<String, FolderEntry> entries = new HashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(FileDigest.BUFFER_BYTES);
  private long contentBytes;
  private boolean settled = true;

  private FolderScan(
      BundleBounds bounds, Map<String, FolderEntry> known, BiConsumer<Path, String> beforeListing) {
    this.bounds = bounds;
    this.known = known;
    this.beforeListing = beforeListing;
  }

  /// Reads `root`.
  ///
  /// @param known what an earlier reading found, or nothing
  /// @param beforeListing told of every folder (absolute, and relative to `root`; empty for `root`
  ///   itself) before its entries are listed: whoever watches it from then on misses nothing
  /// @throws IOException if `root` itself cannot be read; below it, that is a problem
  public static FolderContent of(
      Path root,
      BundleBounds bounds,
      Map<String, FolderEntry> known,
      BiConsumer<Path, String> beforeListing)
      throws IOException {
    var scan = new FolderScan(bounds, known, beforeListing);
    scan.list(root, "");
    return new FolderContent(scan.digest(), scan.entries, scan.problems.list(), scan.settled);
  }

  private void list(Path folder, String relative) throws IOException {
    beforeListing.accept(folder, relative);
    try (var children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (stop()) {
          return;
        }
        if (!Ignored.test(relative, name)) {
          visit(child, relative.isEmpty() ? name : relative + "/" + name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /// Whether a bound was passed, so that reading on would only cost time.
  private boolean stop() {
    return problems.isFull()
        || entries.size() > bounds.entries()
        || contentBytes > bounds.content().count();
  }

  private void visit(Path child, String path) {
    var fault = EntryPath.fault(path, bounds);
    if (fault.isPresent()) {
      problems.add(EntryPath.quoted(path) + " " + fault.get());
      return;
    }
    try {
      FileStatus status = FileStatus.of(child);
      switch (status.kind()) {
        case FOLDER -> {
          if (enter(path, new FolderEntry.Folder())) {
            list(child, path);
          }
        }
        case LINK -> link(child, path);
        case FILE -> file(child, path, status);
        case SPECIAL ->
            problems.add(
                EntryPath.quoted(path)
                    + " is a socket, pipe or device; only files, folders and links can be served");
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      settled = false; // gone since it was listed
    } catch (IOException e) {
      problems.add(EntryPath.quoted(path) + " cannot be read: " + Problems.reason(e));
    }
  }

  /// Notes an entry, unless it is one too many.
  private boolean enter(String path, FolderEntry entry) {
    entries.put(path, entry);
    if (entries.size() > bounds.entries()) {
      problems.add(
          "there are more than %,d files and folders (the first too many is %s)"
              .formatted(bounds.entries(), EntryPath.quoted(path)));
      return false;
    }
    return true;
  }

  private void link(Path child, String path) throws IOException {
    String target = Files.readSymbolicLink(child).toString();
    LinkTarget.fault(path, target)
        .ifPresent(fault -> problems.add(EntryPath.quoted(path) + " " + fault));
    enter(path, new FolderEntry.Link(target));
  }

  private void file(Path child, String path, FileStatus before) throws IOException {
    contentBytes += before.stamp().size();
    if (contentBytes > bounds.content().count()) {
      problems.add(
          "the files are larger than %s together (the first too much is %s)"
              .formatted(bounds.content(), EntryPath.quoted(path)));
      return;
    }
    if (known.get(path) instanceof FolderEntry.File file
        && file.trusted()
        && file.stamp().equals(before.stamp())) {
      enter(path, new FolderEntry.File(before.executable(), file.digest(), file.stamp(), true));
      return;
    }
    FileDigest read = FileDigest.of(child, before, buffer);
    settled &= read.settled();
    enter(path, read.file());
  }

  private Digest digest() {
    var sorted = new TreeMap<byte[], Map.Entry<String, FolderEntry>>(Arrays::compareUnsigned);
    for (var entry : entries.entrySet()) {
      sorted.put(entry.getKey().getBytes(StandardCharsets.UTF_8), entry);
    }
    MessageDigest sha = FileDigest.sha256();
    sorted.values().forEach(entry -> add(sha, entry.getKey(), entry.getValue()));
    return FileDigest.digest(sha);
  }

  private static void add(MessageDigest sha, String path, FolderEntry entry) {
    switch (entry) {
      case FolderEntry.Folder() -> header(sha, 'd', path);
      case FolderEntry.File(var executable, var digest, _, _) -> {
        header(sha, executable ? 'x' : 'f', path);
        sha.update(HexFormat.of().parseHex(digest.hex()));
      }
      case FolderEntry.Link(var target) -> {
        header(sha, 'l', path);
        text(sha, target);
      }
    }
  }

  private static void header(MessageDigest sha, char kind, String path) {
    sha.update((byte) kind);
    text(sha, path);
  }

  private static void text(MessageDigest sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    sha.update(bytes);
  }
}
