package org.openlambda.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openlambda.linux.process.PidFd;

/// The database that an `ol up` runs itself, seen from outside.
///
/// @param data the folder of the server
public record OwnDatabase(Path data) {
  private static final int SIGINT = 2;

  /// Its processes, which all work in its folder.
  public List<Integer> processes() throws IOException {
    Path home = data.resolve("postgres/data");
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .filter(process -> worksIn(process, home))
          .map(process -> Integer.parseInt(process.getFileName().toString()))
          .toList();
    }
  }

  private static boolean worksIn(Path process, Path home) {
    try {
      return Files.isSameFile(process.resolve("cwd"), home);
    } catch (IOException gone) {
      return false;
    }
  }

  /// Stops all of them until what this returns is closed.
  public Stopped stop() throws IOException {
    return new Stopped(processes());
  }

  /// Kills all of them at once.
  public void kill() throws IOException {
    try (Stopped stopped = stop()) {
      stopped.kill();
    }
  }

  /// Has it end in order, as an administrator does: its main process is told so.
  public void end() throws IOException {
    Path file = data.resolve("postgres/data/postmaster.pid");
    int main = Integer.parseInt(Files.readAllLines(file).getFirst().strip());
    try (PidFd process = PidFd.open(main)) {
      process.signal(SIGINT);
    }
  }

  /// Processes that stand still.
  public static final class Stopped implements AutoCloseable {
    private static final int SIGSTOP = 19;
    private static final int SIGCONT = 18;
    private final List<PidFd> processes;

    private Stopped(List<Integer> pids) {
      this.processes = pids.stream().map(PidFd::open).toList();
      processes.forEach(process -> process.signal(SIGSTOP));
    }

    public void kill() {
      processes.forEach(process -> process.signal(PidFd.SIGKILL));
    }

    @Override
    public void close() {
      processes.forEach(process -> process.signal(SIGCONT));
      processes.forEach(PidFd::close);
    }
  }
}
