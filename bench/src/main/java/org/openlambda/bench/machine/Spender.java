package org.openlambda.bench.machine;

import java.util.Map;

/// Something whose processor time is measured.
@FunctionalInterface
public interface Spender {
  /// Microseconds of processor time so far, by who used it: `server`, `sandboxes`.
  Map<String, Long> cpuMicros();

  /// What of that the compilers of a JVM used; 0 if it has none.
  default long compilerMicros() {
    return 0;
  }

  /// Whose time is not told apart.
  static Spender nobody() {
    return Map::of;
  }

  /// This process: the client.
  static Spender client() {
    return () -> Map.of("client", ProcFiles.cpuMicros(ProcessHandle.current().pid()));
  }

  /// A process and all that come from it.
  static Spender tree(String who, long pid) {
    return () -> Map.of(who, ProcFiles.treeCpuMicros(pid));
  }
}
