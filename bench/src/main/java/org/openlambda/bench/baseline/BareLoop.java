package org.openlambda.bench.baseline;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// The limit of a warm call: a bare Python loop on a Unix socket that serves the same handler.
///
/// One process for each connection, as the platform has one sandbox for each call under way; no
/// isolation, no HTTP beyond finding the body, no routing, no limits, no accounting, no TCP. With
/// several connections its processes have both cores, less what the client uses, so it is the most
/// that a platform could serve whose functions are Python processes.
public final class BareLoop implements AutoCloseable, Spender {
  private final Process process;
  private final SocketAddress address;
  private final Spender spender;

  private BareLoop(Process process, SocketAddress address) {
    this.process = process;
    this.address = address;
    this.spender = Spender.tree("baseline", process.pid());
  }

  /// Starts it and waits until it serves.
  ///
  /// @param script of the resources: `bare.py`
  /// @param arguments behind the path of the socket
  public static BareLoop start(Workspace space, String script, Path... arguments)
      throws IOException {
    Path socket = space.resolve(script + ".sock");
    var command =
        new ArrayList<>(
            List.of(
                FreshPython.PYTHON,
                "-I",
                "-S",
                "-E",
                space.script(script).toString(),
                socket.toString()));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    if (!"ready".equals(said.readLine())) {
      process.destroy();
      throw new IOException("the baseline " + script + " did not start");
    }
    return new BareLoop(process, UnixDomainSocketAddress.of(socket));
  }

  public SocketAddress address() {
    return address;
  }

  @Override
  public Map<String, Long> cpuMicros() {
    return spender.cpuMicros();
  }

  /// Ends it; its connections' processes end when those are closed.
  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
