package org.openlambda.bench.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Processor time of a server's sandboxes, those that are gone by now included: control groups
/// remember it. Of its zygotes, where the groups do not have them, as `/proc` says. One thread.
final class SandboxTime {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private final long server;
  private List<Long> zygotes = List.of();

  SandboxTime(long server) {
    this.server = server;
  }

  long micros() {
    if (zygotes.isEmpty() || zygotes.stream().anyMatch(pid -> !isThere(pid))) {
      zygotes = zygotes();
    }
    String group = zygotes.stream().map(SandboxTime::group).findFirst().orElse("");
    if (group.isEmpty()) {
      return 0;
    }
    String v1 = ProcFiles.text(GROUPS.resolve("cpuacct" + group + "/cpuacct.usage")).strip();
    if (!v1.isEmpty()) {
      long own = zygotes.stream().mapToLong(ProcFiles::cpuMicros).sum();
      return Long.parseLong(v1) / 1000 + own;
    }
    return ProcFiles.text(Path.of(GROUPS + group + "/cpu.stat"))
        .lines()
        .filter(line -> line.startsWith("usage_usec "))
        .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
        .findFirst()
        .orElse(0);
  }

  private static boolean isThere(long pid) {
    return Files.exists(Path.of("/proc/" + pid));
  }

  /// The server's descendants that are no sandboxes and not of its database.
  private List<Long> zygotes() {
    var found = new ArrayList<Long>();
    var open = new ArrayList<>(ProcFiles.children(server));
    while (!open.isEmpty()) {
      long pid = open.removeLast();
      if (!unified(pid).contains("/sandbox-") && !isDatabase(pid)) {
        found.add(pid);
        open.addAll(ProcFiles.children(pid));
      }
    }
    return found;
  }

  private static boolean isDatabase(long pid) {
    return ProcFiles.text(Path.of("/proc/" + pid + "/comm")).strip().equals("postgres");
  }

  private static String unified(long pid) {
    return ProcFiles.text(Path.of("/proc/" + pid + "/cgroup"))
        .lines()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring(3))
        .findFirst()
        .orElse("");
  }

  /// The server's own group: `/openlambda-XXXXXXXX`, wherever that is.
  private static String group(long pid) {
    String path = unified(pid);
    int name = path.indexOf("/openlambda-");
    int end = name < 0 ? -1 : path.indexOf('/', name + 1);
    return name < 0 ? "" : end < 0 ? path : path.substring(0, end);
  }
}
