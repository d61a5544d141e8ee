package org.openlambda.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.time.Patience;

/// `ol dev` or `ol up` as another process, on a free port if it is not told one, with a state
/// folder of its own.
public final class Server implements AutoCloseable {
  private static final String READY = "ready ";
  private static final Duration PATIENCE = Patience.of(Duration.ofSeconds(30));

  private final Process process;
  private final URI url;
  private final Path state;
  private final Duration start;

  /// What it has printed; guarded by itself.
  private final List<String> said;

  private Server(Process process, URI url, Path state, Duration start, List<String> said) {
    this.process = process;
    this.url = url;
    this.state = state;
    this.start = start;
    this.said = said;
  }

  /// How a command ended.
  ///
  /// @param output of both kinds
  public record Ended(int status, String output) {}

  /// How to start one.
  ///
  /// @param port 0: any that is free
  /// @param before a program that takes a command: `prlimit --nofile=256`
  /// @param javaOptions of the server's JVM
  public record Setup(
      Path functions,
      Path state,
      int port,
      List<String> before,
      String javaOptions,
      List<String> options) {
    public Setup {
      before = List.copyOf(before);
      options = List.copyOf(options);
    }

    public static Setup of(Path functions, Path state, String... options) {
      return new Setup(functions, state, 0, List.of(), "", List.of(options));
    }

    public Setup at(int otherPort) {
      return new Setup(functions, state, otherPort, before, javaOptions, options);
    }

    public Setup by(String... command) {
      return new Setup(functions, state, port, List.of(command), javaOptions, options);
    }

    public Setup withJava(String moreOptions) {
      return new Setup(functions, state, port, before, moreOptions, options);
    }
  }

  /// Starts it and waits until it serves.
  ///
  /// @throws IOException if it ends instead; what it said is in the message
  public static Server start(Path functions, Path state, String... options) throws IOException {
    return start(Setup.of(functions, state, options));
  }

  /// Starts it and waits until it serves.
  ///
  /// @throws IOException if it ends instead; what it said is in the message
  public static Server start(Setup setup) throws IOException {
    var arguments = new ArrayList<>(List.of("dev", setup.functions().toString()));
    arguments.addAll(List.of("--port", Integer.toString(setup.port())));
    arguments.addAll(List.of("--state", setup.state().toString()));
    arguments.addAll(setup.options());
    var environment = Map.of("OL_JAVA_OPTIONS", setup.javaOptions());
    return start(setup.before(), arguments, environment, setup.state());
  }

  /// Starts `ol up` on a port of loopback and waits until it serves.
  ///
  /// @param listen `127.0.0.1:0` for any port
  /// @throws IOException if it ends instead; what it said is in the message
  public static Server up(Path data, String listen, String... options) throws IOException {
    var arguments = new ArrayList<>(List.of("up", "--data", data.toString(), "--listen", listen));
    arguments.addAll(List.of(options));
    return start(List.of(), arguments, keptIn(data), data);
  }

  /// The same of another installation than that of this build.
  ///
  /// @param installation with `ol`, `lib` and `libexec`
  /// @param javaOptions of the server's JVM
  public static Server upOf(Path installation, Path data, String javaOptions) throws IOException {
    var command =
        List.of(
            installation.resolve("ol").toString(),
            "up",
            "--data",
            data.toString(),
            "--listen",
            "127.0.0.1:0");
    var environment = new HashMap<>(keptIn(data));
    environment.put("OL_JAVA_OPTIONS", javaOptions);
    return serving(command, environment, data);
  }

  /// The same, with more in its environment.
  public static Server up(Path data, Map<String, String> environment, String... options)
      throws IOException {
    var arguments =
        new ArrayList<>(List.of("up", "--data", data.toString(), "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of(options));
    var all = new HashMap<>(keptIn(data));
    all.putAll(environment);
    return start(List.of(), arguments, all, data);
  }

  /// Where `ol` keeps keys then, instead of the user's own folder.
  private static Map<String, String> keptIn(Path data) {
    return Map.of("XDG_CONFIG_HOME", data.resolve("config").toString());
  }

  /// Runs an `ol` that ends by itself and has the key that a server of [#up] has left.
  public static Ended runBeside(Server server, String... arguments)
      throws IOException, InterruptedException {
    return ended(ol(List.of(), List.of(arguments), keptIn(server.state())));
  }

  /// The same, with the keys of a server in `data` that was started otherwise.
  public static Ended runKeptIn(Path data, String... arguments)
      throws IOException, InterruptedException {
    return ended(ol(List.of(), List.of(arguments), keptIn(data)));
  }

  /// The same, by another program that takes a command.
  public static Ended runBesideBy(Server server, List<String> before, String... arguments)
      throws IOException, InterruptedException {
    return ended(ol(before, List.of(arguments), keptIn(server.state())));
  }

  /// The same, with something on its standard input.
  public static Ended runBeside(Server server, InputText input, String... arguments)
      throws IOException, InterruptedException {
    Process process = ol(List.of(), List.of(arguments), keptIn(server.state()));
    process.getOutputStream().write(input.text().getBytes(StandardCharsets.UTF_8));
    return ended(process);
  }

  /// What a command reads.
  public record InputText(String text) {}

  private static Server start(
      List<String> before, List<String> arguments, Map<String, String> environment, Path state)
      throws IOException {
    return serving(olBy(before, arguments), environment, state);
  }

  private static Server serving(List<String> command, Map<String, String> environment, Path state)
      throws IOException {
    Machine.requireSandboxes();
    long begin = System.nanoTime();
    Process process = process(command, environment);
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    var said = new ArrayList<String>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      if (line.startsWith(READY)) {
        var start = Duration.ofNanos(System.nanoTime() - begin);
        URI url = URI.create(line.substring(READY.length()).strip());
        var server = new Server(process, url, state, start, said);
        Thread.ofVirtual().start(() -> server.listen(output));
        return server;
      }
    }
    throw new IOException("the server did not start: " + String.join(" | ", said));
  }

  private static Process ol(
      List<String> before, List<String> arguments, Map<String, String> environment)
      throws IOException {
    return process(olBy(before, arguments), environment);
  }

  private static List<String> olBy(List<String> before, List<String> arguments) {
    var command = new ArrayList<>(before);
    command.add(Machine.ROOT.resolve("ol").toString());
    command.addAll(arguments);
    return command;
  }

  private static Process process(List<String> command, Map<String, String> environment)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// The same, with more in its environment.
  public static Ended run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return ended(ol(List.of(), List.of(arguments), environment));
  }

  /// Runs an `ol` that ends by itself.
  public static Ended run(String... arguments) throws IOException, InterruptedException {
    return runAs(List.of(), arguments);
  }

  /// The same, by another program that takes a command: `setpriv --reuid 12345`.
  public static Ended runAs(List<String> before, String... arguments)
      throws IOException, InterruptedException {
    return ended(ol(before, List.of(arguments), Map.of()));
  }

  private static Ended ended(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), text);
    }
  }

  private void listen(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (said) {
          said.add(line);
        }
      }
    } catch (IOException _) {
      // it ended
    }
  }

  /// What it has printed so far.
  public List<String> said() {
    synchronized (said) {
      return List.copyOf(said);
    }
  }

  public Http http() {
    return new Http(url);
  }

  public int port() {
    return url.getPort();
  }

  public long pid() {
    return process.pid();
  }

  public Path state() {
    return state;
  }

  /// From the command to the line that says `ready`.
  public Duration startTime() {
    return start;
  }

  public Footprint footprint() throws IOException {
    return Footprint.of(this);
  }

  /// Bytes of the server's own resident memory.
  public long residentBytes() throws IOException {
    return residentBytes(pid());
  }

  /// Bytes of any process's resident memory.
  public static long residentBytes(long pid) throws IOException {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    return status
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow()
        * 1024;
  }

  /// As `kill -9` does: it has no chance to clean up.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Whether it has not ended.
  public boolean isAlive() {
    return process.isAlive();
  }

  /// As Ctrl-C does.
  ///
  /// @return its exit status
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException(
          "the server did not end within %s of SIGTERM; it said: %s"
              .formatted(PATIENCE, String.join(" | ", said())));
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        stop();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
