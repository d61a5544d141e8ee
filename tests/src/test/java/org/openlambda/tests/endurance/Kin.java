package org.openlambda.tests.endurance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Server;

/// The processes of one server, by what they are:
///
///     server ─ launcher ─ launcher ─ zygote ─ sandboxes
///
/// and the control groups of its sandboxes. All of it may be gone when it is looked at next.
record Kin(Server server) {
  private static final String LAUNCHER = "launcher";

  /// What the server itself started, one for each zygote.
  List<ProcessHandle> outerLaunchers() {
    return self().children().filter(child -> nameOf(child).equals(LAUNCHER)).toList();
  }

  /// Those that built the private roots and wait for their zygote.
  List<ProcessHandle> innerLaunchers() {
    return outerLaunchers().stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> nameOf(child).equals(LAUNCHER))
        .toList();
  }

  /// The interpreters that are forked.
  List<ProcessHandle> zygotes() {
    return innerLaunchers().stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> !nameOf(child).equals(LAUNCHER))
        .toList();
  }

  /// First processes of all sandboxes, waiting ones included.
  List<ProcessHandle> sandboxes() {
    return zygotes().stream().flatMap(ProcessHandle::children).toList();
  }

  /// A process of the sandbox with this id; empty if it has none any more.
  Optional<ProcessHandle> sandbox(long id) throws IOException {
    for (Path group : Footprint.groupsOf(server.state())) {
      if (group.endsWith("sandbox-" + id)) {
        Optional<ProcessHandle> first = firstOf(group);
        if (first.isPresent()) {
          return first;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<ProcessHandle> firstOf(Path group) {
    try {
      return Files.readAllLines(group.resolve("cgroup.procs")).stream()
          .findFirst()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)));
    } catch (IOException _) {
      return Optional.empty(); // it was removed meanwhile
    }
  }

  private ProcessHandle self() {
    return ProcessHandle.of(server.pid()).orElseThrow();
  }

  private static String nameOf(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/comm"), StandardCharsets.ISO_8859_1)
          .strip();
    } catch (IOException _) {
      return "";
    }
  }
}
