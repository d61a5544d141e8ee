package org.openlambda.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server of the run's own, as another process: `ol dev FOLDER --port 0`.
final class ServerProcess implements AutoCloseable {
  private static final String READY = "ready http://";

  private final Process process;
  private final InetSocketAddress address;

  private ServerProcess(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /// Starts it and waits until it serves.
  ///
  /// @param ol the command that starts `ol`
  /// @throws IOException if it ends instead; its last lines are in the message
  static ServerProcess start(List<String> ol, Path functions, List<String> options)
      throws IOException {
    var command = new ArrayList<>(ol);
    command.addAll(List.of("dev", functions.toString(), "--port", "0", "--quiet"));
    command.addAll(options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    var said = new ArrayList<String>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      if (line.startsWith(READY)) {
        URI uri = URI.create(line.substring(READY.length() - "http://".length()).strip());
        Thread.ofVirtual().start(() -> drain(output));
        return new ServerProcess(process, new InetSocketAddress(uri.getHost(), uri.getPort()));
      }
    }
    throw new IOException("the server did not start: " + String.join(" | ", said));
  }

  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {
        // a full pipe would hold the server back
      }
    } catch (IOException e) {
      // it ended
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /// CPU time of the server so far, without its sandboxes.
  java.time.Duration cpu() {
    return process.info().totalCpuDuration().orElse(java.time.Duration.ZERO);
  }

  /// Ends it as Ctrl-C does.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
