package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openlambda.worker.sandbox.Isolation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `ol worker`: OpenLambda's own way to run a worker, so that its scripts go on working.
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Run a worker from a folder, as OpenLambda's scripts do.",
    footer = {
      "",
      "Examples:",
      "  ol worker init -p my-worker",
      "  ol admin install -p my-worker examples/hello",
      "  ol worker up -p my-worker --detach",
      "  curl -d '{}' localhost:5000/run/hello",
      "  ol worker down -p my-worker"
    })
final class WorkerCommand implements Runnable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(30);

  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = "Make the folder of a worker: its configuration and registry.")
  void init(
      @Option(
              names = {"-p", "--path"},
              required = true,
              paramLabel = "DIR")
          Path folder)
      throws IOException {
    WorkerFolder.create(folder);
    System.out.println("made " + folder + "; start it with: ol worker up -p " + folder);
  }

  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Start the worker of a folder.")
  void up(
      @Option(
              names = {"-p", "--path"},
              required = true,
              paramLabel = "DIR")
          Path folder,
      @Option(
              names = {"-d", "--detach"},
              description = "in the background")
          boolean detach,
      @Option(names = "--isolation", hidden = true, defaultValue = "sandbox") Isolation isolation,
      @Mixin KeepingOptions keeping)
      throws IOException, InterruptedException {
    if (isolation == Isolation.NONE) {
      throw new IOException(
          "a worker runs what others upload, so it has no --isolation none: use ol dev for your own"
              + " code");
    }
    var worker = WorkerFolder.open(folder);
    if (detach) {
      startInBackground(worker, keeping);
    } else {
      serve(worker, keeping);
    }
  }

  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = "Stop the worker of a folder.")
  void down(
      @Option(
              names = {"-p", "--path"},
              required = true,
              paramLabel = "DIR")
          Path folder)
      throws IOException, InterruptedException {
    stop(WorkerFolder.open(folder));
  }

  private static void serve(WorkerFolder worker, KeepingOptions keeping)
      throws IOException, InterruptedException {
    Privilege.obtain();
    try (var ending = Ending.onSignal()) {
      serve(worker, keeping, ending);
    }
  }

  private static void serve(WorkerFolder worker, KeepingOptions keeping, Ending ending)
      throws IOException, InterruptedException {
    try (Node node = Node.open(worker.settings(keeping))) {
      worker.writePid(ProcessHandle.current().pid());
      Walls.of(node.worker(), Isolation.SANDBOX).warn(System.err);
      System.out.println("ready http://127.0.0.1:" + node.port());
      ending.await();
    } finally {
      worker.removePid();
    }
  }

  private static void startInBackground(WorkerFolder worker, KeepingOptions keeping)
      throws IOException, InterruptedException {
    Path log = worker.folder().resolve("worker.out");
    String ol = System.getProperty("openlambda.command", "ol");
    var command = new ArrayList<>(List.of(ol, "worker", "up", "-p", worker.folder().toString()));
    command.addAll(keeping.words());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() - end < 0) {
      Optional<String> ready =
          Files.readAllLines(log).stream().filter(l -> l.startsWith("ready ")).findFirst();
      if (ready.isPresent()) {
        System.out.println(ready.get());
        return;
      }
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new IOException("the worker did not start; " + log + " says why");
  }

  private static void stop(WorkerFolder worker) throws IOException, InterruptedException {
    Optional<ProcessHandle> process = worker.pid().flatMap(ProcessHandle::of);
    if (process.isEmpty()) {
      throw new IOException("no worker runs from " + worker.folder());
    }
    process.get().destroy();
    long end = System.nanoTime() + STOP.toNanos();
    while (process.get().isAlive()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "the worker (pid %d) has not stopped after %d s"
                .formatted(process.get().pid(), STOP.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    System.out.println("stopped");
  }
}
