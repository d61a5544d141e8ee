package org.openlambda.linux.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// The threads of this process as the kernel knows them: those of the JVM itself, too. Any thread.
public final class OwnThreads {
  private static final Path TASKS = Path.of("/proc/self/task");

  /// `PRIO_PROCESS` (setpriority(2)): on Linux, of one thread.
  private static final int ONE_THREAD = 0;

  /// What getpriority(2) itself answers is 20 less the nice value, as that may be negative.
  private static final int ABOVE = 20;

  private OwnThreads() {}

  /// Gives the threads whose names begin so, and whose nice value is `from`, the value `to`.
  ///
  /// @param name of the first 15 bytes that the kernel keeps of one
  /// @return how many
  /// @throws LinuxException if this process may not: where `to` is less than `from` it needs
  ///   `CAP_SYS_NICE`
  public static int renice(String name, int from, int to) {
    int changed = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS);
        var calls = Calls.confined()) {
      for (Path task : tasks) {
        long thread = Long.parseLong(task.getFileName().toString());
        boolean meant =
            name(task).startsWith(name)
                && calls.attempt(Syscall.GETPRIORITY, ONE_THREAD, thread) == ABOVE - from;
        if (meant) {
          calls.call(Syscall.SETPRIORITY, name, ONE_THREAD, thread, to);
          changed++;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new IllegalStateException("/proc/self cannot be read", e);
    }
    return changed;
  }

  /// Empty if it has just ended.
  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      return endedMeanwhile(e);
    }
  }

  /// `ESRCH`, if it ended between open and read.
  private static String endedMeanwhile(IOException e) {
    if (String.valueOf(e.getMessage()).contains("No such process")) {
      return "";
    }
    throw new UncheckedIOException(e);
  }
}
