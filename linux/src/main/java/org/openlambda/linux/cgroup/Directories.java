package org.openlambda.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.KernelFile;

/// Groups are directories: makes, lists and removes them.
final class Directories {
  private static final int MODE = 0755;

  private Directories() {}

  /// @throws LinuxException with `EEXIST` if it is there already
  static void make(String directory) {
    try (Calls calls = Calls.confined()) {
      long name = calls.string(directory).address();
      calls.call(Syscall.MKDIRAT, directory, Calls.AT_FDCWD, name, MODE);
    }
  }

  /// Makes it unless it is there.
  static void makeIfMissing(String directory) {
    try {
      make(directory);
    } catch (LinuxException failure) {
      if (failure.errno() != Errno.EEXIST) {
        throw failure;
      }
    }
  }

  /// Makes it unless it is there; returns whether it is there now. The reasons for which a place
  /// may not be ours (no permission, read-only) are an answer, others a failure.
  static boolean makeIfAllowed(String directory) {
    try (Calls calls = Calls.confined()) {
      long name = calls.string(directory).address();
      long result = calls.attempt(Syscall.MKDIRAT, Calls.AT_FDCWD, name, MODE);
      return switch ((int) -result) {
        case 0 -> true;
        case Errno.EEXIST -> Files.isWritable(Path.of(directory));
        case Errno.EACCES, Errno.EPERM, Errno.EROFS, Errno.ENOENT -> false;
        default -> throw new LinuxException("mkdirat " + directory, (int) -result);
      };
    }
  }

  /// Removes a group: false while it has processes (also dead ones that wait for their parent) or
  /// groups below it; true if it is gone, also if it was not there.
  static boolean remove(String directory) {
    try (Calls calls = Calls.confined()) {
      long result = calls.attempt(Syscall.RMDIR, calls.string(directory).address());
      if (result >= 0 || result == -Errno.ENOENT) {
        return true;
      }
      if (result == -Errno.EBUSY) {
        return false;
      }
      throw new LinuxException("rmdir " + directory, (int) -result);
    }
  }

  /// Gives a file to a user, not to a group.
  static void chown(String path, int uid) {
    try (Calls calls = Calls.confined()) {
      long name = calls.string(path).address();
      calls.call(Syscall.FCHOWNAT, path + " to " + uid, Calls.AT_FDCWD, name, uid, -1, 0);
    }
  }

  /// The groups directly below, without their path.
  static List<String> children(String directory) {
    try (Stream<Path> entries = Files.list(Path.of(directory))) {
      return entries
          .filter(Files::isDirectory)
          .map(Path::getFileName)
          .map(Path::toString)
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot list the groups in " + directory, failure);
    }
  }

  static boolean has(String directory, String file) {
    return Files.exists(Path.of(directory, file));
  }

  static long number(String directory, String file) {
    return Long.parseLong(KernelFile.read(directory + "/" + file).strip());
  }

  /// The number behind a word at the begin of a line, as in `memory.events`.
  static Optional<Long> number(String directory, String file, String key) {
    for (String line : KernelFile.read(directory + "/" + file).lines().toList()) {
      if (line.startsWith(key) && line.charAt(key.length()) == ' ') {
        return Optional.of(Long.valueOf(line.substring(key.length() + 1).strip()));
      }
    }
    return Optional.empty();
  }

  /// The pids in a group; none if it is gone.
  static List<Integer> processes(String directory) {
    try {
      return KernelFile.read(directory + "/cgroup.procs").lines().map(Integer::valueOf).toList();
    } catch (LinuxException failure) {
      if (failure.isGone()) {
        return List.of();
      }
      throw failure;
    }
  }
}
