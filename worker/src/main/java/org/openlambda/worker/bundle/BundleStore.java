package org.openlambda.worker.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.thread.SlowWork;
import org.openlambda.worker.count.Counters;

/// Bundles by digest, in a folder of this worker:
///
///     bundles/<digest>/     complete; never half there, as it is renamed into place
///     bundles/new-<n>/      being copied; removed at the next start if a crash left it
///
/// Safe for any thread. The first caller for a digest copies it, others wait for that.
public final class BundleStore {
  private static final int TRIES = 3;

  private final Path root;
  private final Bounds bounds;
  private final CodeSource source;
  private final Counters counters;
  private final Map<Digest, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicLong copies = new AtomicLong();

  /// Of all bundles in `slots` together.
  private final AtomicLong keptBytes = new AtomicLong();

  /// How much the store keeps. Bundles that nobody called for [#unused] go first; as long as an
  /// invocation and the idle time after it may last, they are kept whatever the bounds.
  ///
  /// @param bundles so many at the most
  /// @param bytes of all together
  /// @param unused time since the last call after which a bundle may go
  public record Bounds(int bundles, long bytes, Duration unused) {
    public static final Bounds DEFAULT = new Bounds(20_000, 20L << 30, Duration.ofMinutes(30));
  }

  /// One digest's bundle, once it is there.
  private static final class Slot {
    /// Held while copying: a copy is I/O, and this lock is there to wait for exactly that.
    private final ReentrantLock copying = new ReentrantLock();

    private volatile @org.jspecify.annotations.Nullable Bundle bundle;
  }

  /// The code changed while it was copied: ask the registry again for the version.
  public static final class Changed extends IOException {
    private static final long serialVersionUID = 1L;

    Changed(Path folder) {
      super(folder + " changes while it is read; call again when it is saved");
    }
  }

  /// @param root made if it is not there; leftovers of a crash are removed
  /// @param source asked for code that is not here
  public BundleStore(Path root, Bounds bounds, CodeSource source, Counters counters)
      throws IOException {
    this.root = Files.createDirectories(root);
    this.bounds = bounds;
    this.source = source;
    this.counters = counters;
    try (var children = Files.newDirectoryStream(root, "new-*")) {
      for (Path leftover : children) {
        delete(leftover);
      }
    }
  }

  /// The bundle of `code` and of its layers: from memory after the first call for their digests.
  /// Blocks while it is copied.
  ///
  /// @throws Changed if a folder holds something else by now
  /// @throws org.openlambda.core.bundle.CodeAway if it is not here, and its place does not answer
  public Bundle fetch(Code code) throws IOException {
    Bundle bundle = fetchOne(code);
    return code.layers().isEmpty() ? bundle : bundle.over(fetchOne(code.layers().get()));
  }

  private Bundle fetchOne(Code code) throws IOException {
    Slot slot = slots.computeIfAbsent(code.digest(), d -> new Slot());
    Bundle there = slot.bundle;
    if (there != null) {
      there.used(System.nanoTime());
      return there;
    }
    slot.copying.lock();
    try {
      Bundle made = slot.bundle;
      if (made == null) {
        made = SlowWork.call(() -> pull(code, slot));
      }
      return made;
    } finally {
      slot.copying.unlock();
    }
  }

  private Bundle pull(Code code, Slot slot) throws IOException {
    long start = System.nanoTime();
    Bundle made = load(code);
    made.used(System.nanoTime());
    slot.bundle = made;
    keptBytes.addAndGet(made.bytes());
    counters.count(Counters.Step.PULL, System.nanoTime() - start);
    trim();
    return made;
  }

  /// How many bundles were copied since the start.
  public long copies() {
    return copies.get();
  }

  private Bundle load(Code code) throws IOException {
    Path place = root.resolve(code.digest().hex());
    if (Files.isDirectory(place)) {
      FolderContent content = scan(place);
      if (content.digest().equals(code.digest())) {
        return bundle(code.digest(), place, content);
      }
      delete(place);
    }
    source.bring(code);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Path fresh = root.resolve("new-" + copies.incrementAndGet());
      try {
        copy(code.folder(), scan(code.folder()), fresh);
        FolderContent copied = scan(fresh);
        if (copied.digest().equals(code.digest()) && copied.problems().isEmpty()) {
          Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
          return bundle(code.digest(), place, copied);
        }
      } finally {
        delete(fresh);
      }
    }
    throw new Changed(code.folder());
  }

  private static Bundle bundle(Digest digest, Path place, FolderContent content) {
    long sources = 0;
    long bytes = 0;
    for (var entry : content.entries().entrySet()) {
      if (entry.getValue() instanceof FolderEntry.File file) {
        bytes += file.stamp().size();
        sources += entry.getKey().endsWith(".py") ? file.stamp().size() : 0;
      }
    }
    return new Bundle(digest, place, sources, bytes);
  }

  /// A bundle as trimming sees it: what is sorted by must not move meanwhile.
  private record Kept(Bundle bundle, long unusedNanos) {}

  /// Deletes bundles that were not called for long, the longest first, until the bounds hold.
  private synchronized void trim() throws IOException {
    if (slots.size() <= bounds.bundles && keptBytes.get() <= bounds.bytes) {
      return;
    }
    long now = System.nanoTime();
    List<Kept> all =
        slots.values().stream()
            .flatMap(slot -> Optional.ofNullable(slot.bundle).stream())
            .map(bundle -> new Kept(bundle, now - bundle.usedNanos()))
            .sorted(Comparator.comparingLong(Kept::unusedNanos).reversed())
            .toList();
    long count = all.size();
    long bytes = all.stream().mapToLong(kept -> kept.bundle.bytes()).sum();
    for (Kept kept : all) {
      Bundle bundle = kept.bundle;
      boolean within = count <= bounds.bundles && bytes <= bounds.bytes;
      if (within || kept.unusedNanos < bounds.unused.toNanos()) {
        return;
      }
      slots.remove(bundle.digest());
      keptBytes.addAndGet(-bundle.bytes());
      delete(bundle.folder());
      count--;
      bytes -= bundle.bytes();
    }
  }

  private static FolderContent scan(Path folder) throws IOException {
    return FolderScan.of(folder, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
  }

  /// Copies what is code, with modes of our own: everybody may read, nobody but root may write.
  private static void copy(Path from, FolderContent content, Path to) throws IOException {
    makeFolder(to);
    for (var entry : new TreeMap<>(content.entries()).entrySet()) {
      Path source = from.resolve(entry.getKey());
      Path target = to.resolve(entry.getKey());
      switch (entry.getValue()) {
        case FolderEntry.Folder() -> makeFolder(target);
        case FolderEntry.Link(var aim) -> Files.createSymbolicLink(target, Path.of(aim));
        case FolderEntry.File file -> {
          copyFile(source, target);
          Files.setPosixFilePermissions(
              target,
              PosixFilePermissions.fromString(file.executable() ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  /// Copies the bytes alone: what was a file when it was scanned may be a link by now, and a link
  /// must neither be followed nor copied, as the modes of its target would be changed next.
  private static void copyFile(Path source, Path target) throws IOException {
    try (var in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS);
        var out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      in.transferTo(out);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// Deletes a folder of ours, without following links.
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(path -> {
            try {
              Files.delete(path);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
