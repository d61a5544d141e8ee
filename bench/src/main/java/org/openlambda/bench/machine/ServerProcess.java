package org.openlambda.bench.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// A server of the run's own, as another process: `ol dev FOLDER --port 0`, or `ol up --data FOLDER
/// --listen 127.0.0.1:0`.
public final class ServerProcess implements AutoCloseable, Spender {
  private static final String READY = "ready http://";
  private static final String EXPORT = "export ";

  /// The variable that names where `ol` keeps its keys.
  private static final String CONFIG = "XDG_CONFIG_HOME";

  /// The last line of the first start of `ol up`.
  private static final String LAST = "ol finds it in ";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final InetSocketAddress address;
  private final SandboxTime sandboxes;
  private final Map<String, String> exports;

  private ServerProcess(Process process, InetSocketAddress address, Map<String, String> exports) {
    this.process = process;
    this.address = address;
    this.sandboxes = new SandboxTime(process.pid());
    this.exports = Map.copyOf(exports);
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
    return start(new ProcessBuilder(command), READY);
  }

  /// Starts `ol up` and waits until it serves; on a folder that no server used before, also until
  /// it has shown its key: see [#exports].
  ///
  /// @param data the server's own folder; `ol` keeps the key in its `config`, not in the user's
  /// @param port 0 for any
  public static ServerProcess up(List<String> ol, Path data, int port, List<String> options)
      throws IOException {
    boolean isFirst = !Files.exists(data.resolve("postgres"));
    var command = new ArrayList<>(ol);
    command.addAll(List.of("up", "--data", data.toString(), "--listen", "127.0.0.1:" + port));
    command.addAll(options);
    var builder = new ProcessBuilder(command);
    builder.environment().put(CONFIG, data.resolve("config").toString());
    return start(builder, isFirst ? LAST : READY);
  }

  /// Runs an `ol` that ends by itself and has the key of a server of [#up].
  ///
  /// @return what it printed
  /// @throws IOException with that, if its status is not 0
  public static String runBeside(Path data, List<String> command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(CONFIG, data.resolve("config").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + said.strip());
    }
    return said;
  }

  /// @param last how the line begins after which nobody waits for another one
  private static ServerProcess start(ProcessBuilder builder, String last) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    var said = new ArrayList<String>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line.strip());
      if (line.startsWith(last)) {
        Thread.ofPlatform().daemon().start(() -> drain(output)); // one that reads pins its carrier
        return new ServerProcess(process, address(said), exports(said));
      }
    }
    throw new IOException("the server did not start: " + String.join(" | ", said));
  }

  private static InetSocketAddress address(List<String> said) {
    return said.stream()
        .filter(line -> line.startsWith(READY))
        .map(line -> URI.create(line.substring(READY.length() - "http://".length())))
        .map(uri -> new InetSocketAddress(uri.getHost(), uri.getPort()))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> exports(List<String> said) {
    return said.stream()
        .filter(line -> line.startsWith(EXPORT))
        .map(line -> line.substring(EXPORT.length()).split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
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

  /// The variables that it told to set when it started: its first key.
  public Map<String, String> exports() {
    return exports;
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

  /// `server`: the JVM; `sandboxes`: all of them so far, and the zygotes. The database of `ol up`
  /// is not counted: no call asks it.
  @Override
  public Map<String, Long> cpuMicros() {
    return Map.of("server", ProcFiles.cpuMicros(pid()), "sandboxes", sandboxes.micros());
  }

  @Override
  public long compilerMicros() {
    return ProcFiles.compilerMicros(pid());
  }

  /// Ends it as Ctrl-C does, and waits for it whoever interrupts: its folders are removed next.
  /// Blocks up to 20 s.
  @Override
  public void close() {
    process.destroy();
    boolean isInterrupted = Thread.interrupted();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive()) {
      try {
        if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
