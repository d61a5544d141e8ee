package org.openlambda.worker.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/// The host uids of this worker: a range that no other worker of this machine has, by a lock on a
/// file, and in it one uid for each living sandbox. A uid is given out again only after everything
/// that had it is gone. Safe for any thread.
public final class HostUids implements AutoCloseable {
  /// The first uid of the first range; above what distributions give to people and services.
  private static final int FIRST = 300_000;

  /// Uids in a range: sandboxes and zygotes of one worker.
  public static final int PER_WORKER = 16_384;

  private static final int RANGES = 64;

  private final FileChannel file;
  private final FileLock lock;
  private final int base;

  /// Uids that were used and are free again; guarded by `this`.
  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  /// The next uid never used; guarded by `this`.
  private int fresh;

  private HostUids(FileChannel file, FileLock lock, int base) {
    this.file = file;
    this.lock = lock;
    this.base = base;
    this.fresh = base;
  }

  /// Claims a range, for as long as this process lives.
  ///
  /// @param folder shared by the workers of this machine, `/run/openlambda`
  public static HostUids claim(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int range = 0; range < RANGES; range++) {
      var file =
          FileChannel.open(
              folder.resolve("uids-" + range + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      FileLock lock = tryLock(file);
      if (lock != null) {
        return new HostUids(file, lock, FIRST + range * PER_WORKER);
      }
      file.close();
    }
    throw new IOException(
        "all %d ranges of host uids are taken, see %s: stop another worker first"
            .formatted(RANGES, folder));
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel file)
      throws IOException {
    try {
      return file.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      return null;
    }
  }

  /// Which range this is, 0 to 63: a number that no other worker of this machine has.
  public int range() {
    return (base - FIRST) / PER_WORKER;
  }

  /// A uid that nothing alive has.
  public synchronized int take() {
    Integer used = free.poll();
    if (used != null) {
      return used;
    }
    if (fresh == base + PER_WORKER) {
      throw new IllegalStateException(
          "more than " + PER_WORKER + " sandboxes at once: the pool's bounds are wrong");
    }
    return fresh++;
  }

  /// Nothing alive has this uid any more. The longest unused one is given out next.
  public synchronized void giveBack(int uid) {
    free.add(uid);
  }

  @Override
  public void close() throws IOException {
    lock.release();
    file.close();
  }
}
