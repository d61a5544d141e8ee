package org.openlambda.linux.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.linux.process.PidFd;

/// A process in a new, empty network namespace, which lasts as long as this: nothing a test does in
/// there touches the machine. The process ends with its standard input, so also with a killed test.
final class PrivateNetwork implements AutoCloseable {
  private final Process process;
  private final PidFd handle;

  PrivateNetwork() throws IOException {
    process =
        new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.inputReader().readLine() == null) {
      throw new IOException("unshare --net failed");
    }
    handle = PidFd.open((int) process.pid());
  }

  PidFd process() {
    return handle;
  }

  /// Runs a program in it and returns what it prints.
  String run(String... command) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("nsenter", "--net", "--target", "" + process.pid()));
    line.addAll(List.of(command));
    Process program = new ProcessBuilder(line).redirectErrorStream(true).start();
    String text = new String(program.getInputStream().readAllBytes(), UTF_8);
    program.waitFor();
    return text;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
    handle.close();
  }
}
