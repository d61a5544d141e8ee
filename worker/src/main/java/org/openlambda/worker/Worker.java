package org.openlambda.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.LogSink;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.route.Provisioning;
import org.openlambda.core.time.Time;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.CgroupMode;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.bundle.BundleStore;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.instance.Borrowed;
import org.openlambda.worker.instance.InstancePool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs invocations on this machine, each in a sandbox of its function. Called by one virtual
/// thread per invocation; blocks it until the end.
public final class Worker implements Invoker, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final WorkerParts parts;

  /// OPEN -> DRAINING -> closed.
  private volatile boolean draining;

  private Worker(WorkerParts parts) {
    this.parts = parts;
  }

  /// Starts a worker: removes what a killed predecessor left and starts the zygotes. Returns before
  /// a sandbox waits; calls wait for one. Blocks for some ten milliseconds.
  ///
  /// @param logs takes what handlers print
  /// @throws IOException naming what this machine lacks, and how to get it
  public static Worker open(WorkerConfig config, LogSink logs, Time time) throws IOException {
    Worker worker = openSparingly(config, CodeSource.LOCAL, logs, time);
    worker.fill();
    return worker;
  }

  /// The same for code that may be kept elsewhere, with one sandbox that waits until [#fill], or
  /// until a call has to wait for one: all that should wait take half a second of processors, in
  /// which those who start a worker have other things to do.
  ///
  /// @param source asked for code when it is called for first
  public static Worker openSparingly(
      WorkerConfig config, CodeSource source, LogSink logs, Time time) throws IOException {
    try {
      return new Worker(WorkerParts.open(config, source, logs, time));
    } catch (LinuxException e) {
      throw new IOException(
          "this machine cannot make sandboxes: " + e.getMessage() + "; `ol doctor` says more", e);
    }
  }

  /// Has as many sandboxes wait as should. Returns at once; nothing after the first time.
  public void fill() {
    parts.nursery.fill();
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    Version version = invocation.version();
    if (draining) {
      return new Outcome.Rejected(Outcome.Reason.DRAINING, Duration.ofSeconds(1));
    }
    try {
      Bundle bundle = parts.bundles.fetch(version.code());
      Optional<Outcome> outcome = begin(invocation, bundle, false);
      return outcome.isPresent() ? outcome.get() : begin(invocation, bundle, true).orElseThrow();
    } catch (BundleStore.Changed e) {
      return new Outcome.Rejected(Outcome.Reason.CODE_CHANGED, Duration.ofSeconds(1));
    } catch (CodeAway e) {
      LOG.warn("the code of {} cannot be had now: {}", version.label(), e.getMessage());
      return new Outcome.Rejected(Outcome.Reason.CODE_AWAY, Duration.ofSeconds(1));
    } catch (IOException e) {
      return new Outcome.Lost(
          "the code of %s cannot be read: %s; the handler was not run"
              .formatted(version.label(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Lost("the worker was stopped before the handler ran");
    }
  }

  /// Runs it in a sandbox of its function.
  ///
  /// @param last whether the outcome is final, whatever it is
  /// @return empty if the sandbox died before it had code and request, and another one may be tried
  private Optional<Outcome> begin(Invocation invocation, Bundle bundle, boolean last)
      throws InterruptedException {
    return switch (parts.pool.borrow(invocation.version(), bundle)) {
      case Borrowed.Lent lent -> {
        Outcome outcome = run(invocation, lent, bundle);
        boolean untouched =
            lent.instance().wasNotAttached() && invocation.request().body() instanceof Body.Whole;
        yield untouched && !last && !draining ? Optional.empty() : Optional.of(outcome);
      }
      case Borrowed.Refused(var reason, var retryAfter) ->
          Optional.of(new Outcome.Rejected(reason, retryAfter));
      case Borrowed.Failed(var why) ->
          Optional.of(
              new Outcome.Lost("no sandbox can be made: " + why + "; the handler was not run"));
    };
  }

  private Outcome run(Invocation invocation, Borrowed.Lent lent, Bundle bundle) {
    Usage usage = null;
    try {
      Outcome outcome = lent.instance().run(invocation, lent.start());
      usage = outcome instanceof Outcome.Ran ran ? ran.usage() : null;
      return outcome;
    } finally {
      parts.pool.giveBack(lent, usage);
      if (lent.start() != Usage.Start.WARM && bundle.worthCompiling()) {
        parts.jobs.compile(invocation.version(), bundle);
      }
    }
  }

  /// Copies a version's code to this worker before anybody calls it, so that its first call does
  /// not wait for that. Blocks on the disk; code that cannot be read is left to its first call.
  public void prefetch(Version version) {
    try {
      parts.bundles.fetch(version.code());
    } catch (IOException e) {
      LOG.debug("{} is not fetched ahead: {}", version.label(), e.getMessage());
    }
  }

  /// Compiles a version's code before anybody calls it, unless that was done. Blocks for as long as
  /// that takes; code that cannot be read is left to its first call.
  public void compileAhead(Version version) throws InterruptedException {
    try {
      Bundle bundle = parts.bundles.fetch(version.code());
      if (bundle.claimCompiling()) {
        parts.jobs.compileNow(version, bundle);
      }
    } catch (IOException e) {
      LOG.debug("{} is not compiled ahead: {}", version.label(), e.getMessage());
    }
  }

  /// Loads a version's handler without calling it. Blocks for as long as that takes.
  ///
  /// @return what its author should know, as lines; empty if it can be loaded
  public Optional<List<String>> tryLoading(Version version) throws InterruptedException {
    try {
      Bundle bundle = parts.bundles.fetch(version.code());
      return parts.jobs.tryLoading(version, bundle).flatMap(Worker::complaint);
    } catch (IOException e) {
      return Optional.of(List.of(String.valueOf(e.getMessage())));
    }
  }

  private static Optional<List<String>> complaint(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Threw threw -> Optional.of(threw.trace().lines().toList());
      case Outcome.Crashed(var how, var usage) ->
          Optional.of(List.of("while it was loaded, it " + how.text()));
      case Outcome.TimedOut(var limit, var usage) ->
          Optional.of(
              List.of("loading it took longer than its timeout of " + limit.toSeconds() + " s"));
      case Outcome.OutOfMemory(var limit, var usage) ->
          Optional.of(List.of("loading it took more memory than its limit of " + limit));
      case Outcome.Returned r -> Optional.empty();
      case Outcome.Rejected r -> Optional.empty();
      case Outcome.Lost l -> Optional.empty();
    };
  }

  /// Keeps instances ready ahead of calls.
  public Provisioning provisioning() {
    return parts.provisioner;
  }

  /// Which of `memory`, `cpu` and `pids` the kernel does not limit here.
  public List<String> unlimited() {
    return parts.groups.missing();
  }

  /// Whether every living sandbox has a uid of its own.
  public boolean hasDistinctUids() {
    return parts.uids.distinct();
  }

  /// Which control groups hold the sandboxes.
  public CgroupMode cgroupMode() {
    return parts.cgroupMode();
  }

  public Counters counters() {
    return parts.counters;
  }

  /// Whether no call runs or waits. For work that can be put off.
  public boolean isCalm() {
    return parts.pool.isCalm();
  }

  /// What runs and what is idle now.
  public InstancePool.Census census() {
    return parts.pool.census();
  }

  /// How many sandboxes wait for work.
  public int waitingSandboxes() {
    return parts.nursery.waitingSandboxes();
  }

  /// Pids of the zygotes' launchers.
  public List<Integer> zygotes() {
    return parts.nursery.zygotes();
  }

  /// Refuses new invocations from now on; running ones go on.
  public void drain() {
    draining = true;
  }

  /// Ends every sandbox and leaves nothing behind. Running invocations end as lost.
  @Override
  public void close() {
    drain();
    parts.close();
  }
}
