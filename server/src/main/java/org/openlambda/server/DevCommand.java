package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.terminal.Tty;
import org.openlambda.core.function.Limits;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.worker.sandbox.Isolation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ol dev`: serves a folder of functions to their author.
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = "Serve the functions of a folder; a saved file is served by the next call.",
    footer = {
      "",
      "Every sub-folder of DIR (or DIR itself, if it has an f.py) is a function.",
      "",
      "Examples:",
      "  ol dev examples",
      "  ol dev . --port 8080 --memory 256 --timeout 5",
      "  curl -d '{\"name\":\"Ada\"}' localhost:5000/run/hello"
    })
final class DevCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", arity = "0..1", description = "the folder to serve (default .)")
  private Path folder = Path.of(".");

  @Option(names = "--port", description = "listen on this port of loopback; 0: any (default 5000)")
  private int port = 5000;

  @Option(names = "--memory", paramLabel = "MB", description = "for functions that set none (128)")
  private long memory = Limits.DEFAULT.memory().inMebi();

  @Option(names = "--procs", paramLabel = "N", description = "for functions that set none (64)")
  private int procs = Limits.DEFAULT.processes();

  @Option(names = "--timeout", paramLabel = "S", description = "for functions that set none (30)")
  private double timeout = Limits.DEFAULT.timeout().toSeconds();

  @Mixin private KeepingOptions keeping = new KeepingOptions();

  @Option(
      names = "--isolation",
      paramLabel = "WALLS",
      description = {
        "sandbox: every wall that you can raise here (default)",
        "none: your own code, as you, unprotected"
      })
  private Isolation isolation = Isolation.SANDBOX;

  @Option(names = "--open", description = "open the first function in a browser")
  private boolean open;

  @Option(names = "--quiet", description = "no line per invocation")
  private boolean quiet;

  @Option(
      names = "--low-latency",
      description = "keep the processors out of deep idle while requests flow; costs power")
  private boolean lowLatency;

  @Option(names = "--state", hidden = true, description = "where to keep bundles and sockets")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--pool",
      hidden = true,
      description = "most sandboxes that wait; 0: each is made when a call needs it")
  private Optional<Integer> pool = Optional.empty();

  @Option(
      names = "--freeze-after",
      hidden = true,
      description = "idle seconds before a sandbox is frozen")
  private Optional<Double> freezeAfter = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Ahead.await();
    serve(settings());
    return 0;
  }

  private Settings settings() throws IOException {
    switch (isolation) {
      case SANDBOX -> Privilege.obtain();
      case NONE -> Privilege.requireKernel();
    }
    if (port < 0 || port > 65_535) {
      throw new IOException("--port " + port + " is no port: 0 to 65535 are");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is no folder: give one whose sub-folders are functions");
    }
    Path root = folder.toRealPath();
    Path own = state.orElseGet(() -> StateFolder.of("dev", root)).toAbsolutePath();
    return new Settings(
        Installation.home(),
        own,
        new Settings.Served.Folders(List.of(root), own.resolve("uploads"), defaults()),
        Machine.memory(),
        keeping.keepAlive(KeepingOptions.KEEP_ALIVE),
        keeping.eviction(KeepingOptions.EVICTION),
        GatewayConfig.onLoopback(port),
        lowLatency,
        tuning(),
        isolation);
  }

  private Tuning tuning() throws IOException {
    if (pool.isPresent() && (pool.get() < 0 || pool.get() > 4_000)) {
      throw new IOException("--pool " + pool.get() + " cannot be: 0 to 4000 sandboxes may wait");
    }
    return new Tuning(pool, freezeAfter.map(s -> Duration.ofNanos((long) (s * 1e9))));
  }

  private Limits defaults() throws IOException {
    Limits base = Limits.DEFAULT;
    Duration limit = Duration.ofNanos((long) (timeout * 1e9));
    try {
      return new Limits(Bytes.mebi(memory), limit, procs, base.cpus(), base.tmp(), base.network());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void serve(Settings settings) throws IOException, InterruptedException {
    try (var ending = Ending.onSignal()) {
      serve(settings, ending);
    }
  }

  private void serve(Settings settings, Ending ending) throws IOException, InterruptedException {
    boolean opened = false; // otherwise the folder may be another's that runs
    try (Node node = Node.open(settings)) {
      opened = true;
      var terminal = new Terminal(System.out, Tty.ofStandardOutput(), node.journal(), quiet);
      Walls.of(node.worker(), isolation).warn(System.err);
      String address = "http://127.0.0.1:" + node.port();
      System.out.println("ready " + address);
      if (!quiet) {
        terminal.introduce(node.registry().names(), address);
      }
      var checks = new FunctionChecks(node, terminal);
      checks.start();
      if (open) {
        Browser.open(address + "/run/" + node.registry().names().getFirst());
      }
      ending.await();
      checks.stop();
      terminal.stop();
    } finally {
      if (opened) {
        cleanUp(settings.state());
      }
    }
  }

  private static void cleanUp(Path state) {
    try {
      StateFolder.clean(state);
    } catch (IOException e) {
      System.err.println("ol dev: " + state + " could not be cleaned up: " + e);
    }
  }
}
