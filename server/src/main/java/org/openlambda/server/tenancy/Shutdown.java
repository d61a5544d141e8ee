package org.openlambda.server.tenancy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.time.Patience;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.process.PidFd;

/// Ends a server from outside: asks it by SIGTERM, and waits until it has ended.
///
/// @param longest how long it may take
public record Shutdown(Duration longest) {
  /// Calls that run have 5 s; what comes after them takes a second or two.
  public static final Shutdown USUAL = new Shutdown(Patience.of(Duration.ofSeconds(30)));

  /// Blocks until it has ended.
  ///
  /// @return false if it had ended by itself
  /// @throws IOException if it may not be asked, or goes on
  public boolean of(ProcessMark server) throws IOException, InterruptedException {
    if (!ask(server)) {
      return false;
    }
    long end = System.nanoTime() + longest.toNanos();
    while (server.isAlive()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "the server (pid %d) was asked to end %d s ago and has not; 'kill -9 %d' loses nothing"
                    .formatted(server.pid(), longest.toSeconds(), server.pid())
                + " that was answered");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  /// Signals the process that is meant, or none: while the handle is open, its number is not given
  /// to another.
  private static boolean ask(ProcessMark server) throws IOException {
    try (PidFd handle = PidFd.open((int) server.pid())) {
      return server.isAlive() && handle.signal(PidFd.SIGTERM);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ESRCH) {
        return false;
      }
      throw new IOException(
          "pid %d cannot be ended: %s".formatted(server.pid(), e.getMessage()), e);
    }
  }
}
