package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openlambda.gateway.api.WorkerReport.Gauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the kernel knows of this process, under the names that Prometheus' own clients use.
final class ProcessFigures {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessFigures.class);
  private static final Path SELF = Path.of("/proc/self");

  private ProcessFigures() {}

  /// Reads some files of `/proc`: 50 µs. None if there is no `/proc`.
  static List<Gauge> gauges() {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      long open = files.count();
      return List.of(
          new Gauge("process_open_fds", "Files that are open.", open),
          new Gauge("process_resident_memory_bytes", "Resident memory.", residentBytes()),
          new Gauge(
              "process_cpu_seconds_total", "Processor time, sandboxes not included.", cpuSeconds()),
          new Gauge(
              "process_start_time_seconds",
              "When the process started, since 1970.",
              startSeconds()));
    } catch (IOException e) {
      LOG.debug("no figures of this process: {}", e.toString());
      return List.of();
    }
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(SELF.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(spent -> spent.toNanos() / 1e9)
        .orElse(0.0);
  }

  private static double startSeconds() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> start.toEpochMilli() / 1e3)
        .orElse(0.0);
  }
}
