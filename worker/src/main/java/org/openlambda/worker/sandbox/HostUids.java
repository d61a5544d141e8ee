package org.openlambda.worker.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.system.IdMap;
import org.openlambda.linux.system.Kernel;

/// The uids of this worker's sandboxes, as the worker's user namespace calls them: a range that no
/// other worker has, by a lock on a file, and in it one uid for each living sandbox. A uid is given
/// out again only after everything that had it is gone. Safe for any thread.
///
/// A worker of an ordinary user without subordinate ids has just one, its own, which all of its
/// sandboxes share: [#distinct].
public final class HostUids implements AutoCloseable {
  /// The first uid of the first range of a host; above what distributions give to people and
  /// services.
  private static final int FIRST = 300_000;

  /// Uids in a range: sandboxes and zygotes of one worker.
  public static final int PER_WORKER = 16_384;

  private static final int RANGES = 64;

  /// The lock of the range; null where there is none to claim.
  private final @Nullable FileChannel file;

  private final int number;
  private final int base;
  private final int count;

  /// Uids that were used and are free again; guarded by `this`.
  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  /// The next uid never used; guarded by `this`.
  private int fresh;

  private HostUids(@Nullable FileChannel file, int number, int base, int count) {
    this.file = file;
    this.number = number;
    this.base = base;
    this.count = count;
    this.fresh = base;
  }

  /// The folder of locks that all workers share which could give out the same uids: one for the
  /// machine, or for an ordinary user where that may not be written.
  public static Path folder() {
    Path machine = Path.of("/run");
    String own = System.getenv("XDG_RUNTIME_DIR");
    String home = System.getenv().getOrDefault("HOME", "/");
    Path base =
        Files.isWritable(machine)
            ? machine
            : own != null ? Path.of(own) : Path.of(home, ".local", "state");
    return base.resolve("openlambda");
  }

  /// Claims a range, for as long as this process lives, of the ids that its user namespace has.
  ///
  /// @param folder shared by the workers of this machine or, without root, of this user
  public static HostUids claim(Path folder) throws IOException {
    return claim(folder, bases(IdMap.ofUids(), IdMap.ofGids()));
  }

  /// This process's own uid for everything.
  public static HostUids own() {
    return new HostUids(null, 0, Kernel.effectiveUid(), 1);
  }

  static HostUids claim(Path folder, List<Integer> bases) throws IOException {
    if (bases.isEmpty()) {
      return new HostUids(null, 0, 0, 1);
    }
    Files.createDirectories(folder);
    for (int range = 0; range < bases.size(); range++) {
      var file =
          FileChannel.open(
              folder.resolve("uids-" + range + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (tryLock(file) != null) {
        return new HostUids(file, range, bases.get(range), PER_WORKER);
      }
      file.close();
    }
    throw new IOException(
        "all %d ranges of host uids are taken, see %s: stop another worker first"
            .formatted(bases.size(), folder));
  }

  /// Where ranges begin: the same on every host, from [#FIRST] on; in a user namespace that has
  /// fewer ids, from its highest downwards. Empty if there is not one range.
  static List<Integer> bases(IdMap uids, IdMap gids) {
    List<Integer> host =
        IntStream.range(0, RANGES)
            .map(range -> FIRST + range * PER_WORKER)
            .filter(base -> uids.has(base, PER_WORKER) && gids.has(base, PER_WORKER))
            .boxed()
            .toList();
    if (!host.isEmpty()) {
      return host;
    }
    long end = Math.min(Math.min(uids.end(), gids.end()), FIRST);
    return IntStream.rangeClosed(1, RANGES)
        .map(range -> (int) end - range * PER_WORKER)
        .filter(base -> base > 0 && uids.has(base, PER_WORKER) && gids.has(base, PER_WORKER))
        .boxed()
        .toList();
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      return null;
    }
  }

  /// Which range this is, 0 to 63: a number that no other worker of this machine has, if it is root
  /// there.
  public int range() {
    return number;
  }

  /// Whether every living sandbox has a uid of its own.
  public boolean distinct() {
    return count > 1;
  }

  /// A uid that nothing alive has; the only one, if there is no other.
  public synchronized int take() {
    if (!distinct()) {
      return base;
    }
    Integer used = free.poll();
    if (used != null) {
      return used;
    }
    if (fresh == base + count) {
      throw new IllegalStateException(
          "more than " + count + " sandboxes at once: the pool's bounds are wrong");
    }
    return fresh++;
  }

  /// Nothing alive has this uid any more. The longest unused one is given out next.
  public synchronized void giveBack(int uid) {
    if (distinct()) {
      free.add(uid);
    }
  }

  /// Gives the range back, and with it the lock.
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
