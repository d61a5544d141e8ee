package org.openlambda.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `/proc` says of processes; a process that is gone has used nothing and has no children.
///
/// Processor time is `utime` + `stime` of `/proc/PID/stat` in ticks of 10 ms (proc(5); the kernel
/// scales their sum to the scheduler's exact time), so that of one process is exact to 10 ms; of
/// many small ones the scheduler's count is taken.
final class ProcFiles {
  private static final long TICK_MICROS = 10_000;

  /// In `stat` behind the name, which is in parentheses and may hold anything.
  private static final int UTIME = 11;

  private static final int CHILDREN_UTIME = 13;

  private ProcFiles() {}

  static long cpuMicros(long pid) {
    return ticks(pid, UTIME) * TICK_MICROS;
  }

  /// With that of all descendants that are there, and of those that were waited for. Exact for
  /// processes whose threads live as long as they do, however short they ran each.
  static long treeCpuMicros(long pid) {
    long micros = scheduledMicros(pid) + ticks(pid, CHILDREN_UTIME) * TICK_MICROS;
    for (long child : children(pid)) {
      micros += treeCpuMicros(child);
    }
    return micros;
  }

  /// Of the threads of a JVM that compile: `C1 CompilerThread0`, of which the kernel keeps the
  /// first 15 characters.
  static long compilerMicros(long pid) {
    return scheduledMicros(
        tasks(pid).stream()
            .filter(task -> text(task.resolve("comm")).matches("C[12] Compiler.*\\n"))
            .toList());
  }

  private static long scheduledMicros(long pid) {
    return scheduledMicros(tasks(pid));
  }

  /// By the scheduler's own count (`schedstat`, nanoseconds) of threads that are there.
  private static long scheduledMicros(List<Path> tasks) {
    long nanos = 0;
    for (Path task : tasks) {
      String ran = text(task.resolve("schedstat")).split(" ")[0];
      nanos += ran.isBlank() ? 0 : Long.parseLong(ran.strip());
    }
    return nanos / 1000;
  }

  private static long ticks(long pid, int field) {
    String stat = text(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return fields.length <= field + 1
        ? 0
        : Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1]);
  }

  static List<Long> children(long pid) {
    var found = new ArrayList<Long>();
    for (Path task : tasks(pid)) {
      for (String child : text(task.resolve("children")).split(" ")) {
        if (!child.isBlank()) {
          found.add(Long.parseLong(child.strip()));
        }
      }
    }
    return found;
  }

  private static List<Path> tasks(long pid) {
    try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /// Bytes of memory that are resident.
  static long residentBytes(long pid) {
    return text(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  /// The content of a file of the kernel's, or nothing if it is gone.
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
