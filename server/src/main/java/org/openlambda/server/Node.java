package org.openlambda.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.journal.JournalBounds;
import org.openlambda.control.journal.RingJournal;
import org.openlambda.control.logs.KeptJournal;
import org.openlambda.control.logs.LogBounds;
import org.openlambda.control.logs.LogStore;
import org.openlambda.control.registry.FolderRegistry;
import org.openlambda.control.registry.RegistrySettings;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.function.Limits;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.Gateway;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.worker.Worker;
import org.openlambda.worker.WorkerConfig;

/// One process that serves functions: registry, worker, journal, gateway.
final class Node implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /// What is open, newest first.
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /// Empty if accounts are served.
  private final Optional<FolderRegistry> folders;

  private final Optional<ControlPlane> plane;
  private final Journal journal;
  private final Worker worker;
  private final Gateway gateway;

  private Node(Settings settings) throws IOException {
    Time time = Time.system();
    OpenFiles files = OpenFiles.ofThisProcess();
    try {
      if (settings.served() instanceof Settings.Served.Accounts) {
        open.push(ServerLog.open(settings.state()));
      }
      Optional<Opening<DatabaseHome>> home = home(settings);
      home.ifPresent(open::push); // it starts while all else is opened
      folders = folders(settings, time);
      folders.ifPresent(open::push);
      Optional<LogStore> logs = logs(settings, time);
      logs.ifPresent(open::push);
      journal = journal(logs);
      Optional<Opening<ControlPlane>> control = control(settings, home, logs, time);
      control.ifPresent(open::push); // while zygotes warm up
      var config =
          WorkerConfig.defaults(
                  settings.home(), settings.state().resolve("worker"), settings.memory())
              .keeping(settings.keepAlive(), settings.eviction())
              .waitingWith(usualLimits(settings));
      config = settings.tuning().applyTo(files.applyTo(config)).with(settings.isolation());
      var code = new AtomicReference<>(CodeSource.LOCAL); // until it is known where it is kept
      worker = Worker.openSparingly(config, wanted -> code.get().bring(wanted), journal, time);
      open.push(worker);
      plane = control.isPresent() ? Optional.of(control.get().get()) : Optional.empty();
      plane.ifPresent(there -> code.set(there.code()));
      plane.ifPresent(there -> open.push(there.runBy(worker)));
      var parts = new Gateway.Parts(served(), worker, journal, figures(logs), time);
      gateway = Gateway.open(files.applyTo(settings.gateway()), parts);
      open.push(gateway);
      open.push(new Settling(worker));
      if (settings.lowLatency()) {
        open.push(new LowLatency(gateway::calls));
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Starts everything; callers are served when this returns.
  ///
  /// @throws IOException in one sentence, what is missing and how to get it
  static Node open(Settings settings) throws IOException {
    return new Node(settings);
  }

  /// What most functions have: accounts make theirs by the AWS Lambda API. Not what an operator
  /// gives to functions that set none: that may be too little to make a sandbox.
  private static Limits usualLimits(Settings settings) {
    return switch (settings.served()) {
      case Settings.Served.Folders _ -> Limits.DEFAULT;
      case Settings.Served.Accounts _ -> Limits.LAMBDA;
    };
  }

  private static Optional<FolderRegistry> folders(Settings settings, Time time) throws IOException {
    if (!(settings.served() instanceof Settings.Served.Folders served)) {
      return Optional.empty();
    }
    var registry =
        new RegistrySettings(
            served.functions(),
            served.uploads(),
            settings.state().resolve("registry"),
            new RegistrySettings.LimitPair(served.defaults(), Limits.MAXIMUM),
            ArchiveBounds.DEFAULT);
    return Optional.of(FolderRegistry.open(registry, time));
  }

  private WorkerReport figures(Optional<LogStore> logs) {
    return new NodeFigures(new WorkerFigures(worker), worker, plane, logs);
  }

  private static Optional<LogStore> logs(Settings settings, Time time) throws IOException {
    return settings.served() instanceof Settings.Served.Accounts
        ? Optional.of(LogStore.open(settings.state().resolve("logs"), LogBounds.DEFAULT, time))
        : Optional.empty();
  }

  /// In memory; and on the disk, too, if there is a place.
  private static Journal journal(Optional<LogStore> logs) {
    var ring = new RingJournal(JournalBounds.DEFAULT);
    return logs.isPresent() ? new KeptJournal(ring, logs.get()) : ring;
  }

  private static Optional<Opening<DatabaseHome>> home(Settings settings) {
    return settings.served() instanceof Settings.Served.Accounts served
        ? Optional.of(Opening.begin("database-home", () -> DatabaseHome.open(served)))
        : Optional.empty();
  }

  private static Optional<Opening<ControlPlane>> control(
      Settings settings, Optional<Opening<DatabaseHome>> home, Optional<LogStore> logs, Time time) {
    return settings.served() instanceof Settings.Served.Accounts served
        ? Optional.of(
            Opening.begin(
                "control-plane",
                () -> ControlPlane.open(served, home.orElseThrow(), logs.orElseThrow(), time)))
        : Optional.empty();
  }

  private Gateway.Served served() {
    return plane.map(ControlPlane::served).orElseGet(() -> new Gateway.Served.Openly(registry()));
  }

  /// See [ControlPlane#firstKey].
  Optional<Credential> firstKey() throws IOException {
    return plane.isPresent() ? plane.get().firstKey() : Optional.empty();
  }

  int port() {
    return gateway.port();
  }

  /// Of a node that serves folders.
  FolderRegistry registry() {
    return folders.orElseThrow();
  }

  Journal journal() {
    return journal;
  }

  Worker worker() {
    return worker;
  }

  /// Lets running calls finish (at most 5 s), then ends everything and leaves nothing behind.
  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        if (part instanceof Gateway door) {
          door.drain(DRAIN);
        }
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        System.Logger log = System.getLogger(Node.class.getName());
        log.log(System.Logger.Level.WARNING, "closing a part of the node failed", e);
      }
    }
  }
}
