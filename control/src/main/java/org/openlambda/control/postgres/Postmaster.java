package org.openlambda.control.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.process.PidFd;

/// What `postmaster.pid` in the data folder says: the pid in its first line, in the eighth whether
/// connections are taken (PostgreSQL, `src/include/utils/pidfile.h`).
record Postmaster(int pid, boolean ready) {
  private static final int STATUS_LINE = 7;
  private static final long GLANCE_NANOS = 5_000_000;

  /// Fast shutdown, immediate shutdown, and the end.
  private static final List<Integer> SIGNALS = List.of(2, 3, 9);

  static Optional<Postmaster> of(Path data) throws IOException {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.isEmpty() || lines.getFirst().isBlank()) {
        return Optional.empty(); // just being written
      }
      boolean ready = lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
      return Optional.of(new Postmaster(Integer.parseInt(lines.getFirst().strip()), ready));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      throw new IOException(data + "/postmaster.pid does not begin with a number", e);
    }
  }

  /// Ends one that a crash of ours has left running on this data, if there is one. *Blocking*, up
  /// to three times the patience.
  ///
  /// @throws IOException if it does not end
  static void endOrphan(Path data, Duration patience) throws IOException {
    Optional<Postmaster> found = of(data);
    if (found.isEmpty() || !found.get().worksOn(data)) {
      return; // a file that a crash of the machine has left
    }
    try (PidFd process = PidFd.open(found.get().pid())) {
      if (!found.get().worksOn(data)) {
        return; // the number is somebody else's by now
      }
      for (int signal : SIGNALS) {
        if (!process.signal(signal) || hasEnded(process, patience)) {
          return;
        }
      }
    } catch (LinuxException e) {
      if (e.errno() == Errno.ESRCH) {
        return;
      }
      throw e;
    }
    throw new IOException(
        "the PostgreSQL server that still uses %s (pid %d) does not end"
            .formatted(data, found.get().pid()));
  }

  /// Whether this process has the data folder as its working directory, in whatever namespace.
  private boolean worksOn(Path data) throws IOException {
    try {
      return Files.isSameFile(Path.of("/proc/" + pid + "/cwd"), data);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return false; // gone, or somebody else's
    }
  }

  private static boolean hasEnded(PidFd process, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      if (!process.signal(0)) {
        return true;
      }
      LockSupport.parkNanos(GLANCE_NANOS);
    }
    return false;
  }
}
