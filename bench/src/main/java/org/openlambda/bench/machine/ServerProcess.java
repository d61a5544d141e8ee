package org.openlambda.bench.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// A server of the run's own, as another process: `ol dev FOLDER --port 0`.
public final class ServerProcess implements AutoCloseable, Spender {
  private static final String READY = "ready http://";

  private final Process process;
  private final InetSocketAddress address;
  private final SandboxTime sandboxes;

  private ServerProcess(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
    this.sandboxes = new SandboxTime(process.pid());
  }

  /// Starts it and waits until it serves.
  ///
  /// @param ol the command that starts `ol`
  /// @param state the server's own folder
  /// @throws IOException if it ends instead; its last lines are in the message
  public static ServerProcess start(
      List<String> ol, Path functions, Path state, List<String> options) throws IOException {
    var command = new ArrayList<>(ol);
    command.addAll(List.of("dev", functions.toString(), "--port", "0", "--quiet"));
    command.addAll(List.of("--state", state.toString()));
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

  /// Whether `ol dev` has an option.
  public static boolean knows(List<String> ol, String option)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(ol);
    command.addAll(List.of("dev", "--help"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return help.contains(option);
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

  public InetSocketAddress address() {
    return address;
  }

  public long pid() {
    return process.pid();
  }

  /// Bytes of the server's own resident memory, without its sandboxes.
  public long residentBytes() {
    return ProcFiles.residentBytes(process.pid());
  }

  /// One of the counters of `/stats`; 0 if it has none of this name.
  public long counter(String name) throws IOException, InterruptedException {
    URI stats = URI.create("http://127.0.0.1:" + address.getPort() + "/stats");
    try (var client = HttpClient.newHttpClient()) {
      String body =
          client.send(HttpRequest.newBuilder(stats).build(), BodyHandlers.ofString()).body();
      return JsonMapper.shared().readTree(body).path(name).asLong(0);
    }
  }

  /// `server`: the JVM; `sandboxes`: all of them so far, and the zygotes.
  @Override
  public Map<String, Long> cpuMicros() {
    return Map.of("server", ProcFiles.cpuMicros(pid()), "sandboxes", sandboxes.micros());
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
