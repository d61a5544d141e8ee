package org.openlambda.worker.instance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.time.Time;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.bundle.Bytecode;
import org.openlambda.worker.link.Purpose;
import org.openlambda.worker.zygote.Nursery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compiles bundles in the background, one at a time, each inside a sandbox of its own: the
/// compiler reads text that a user wrote. Later sandboxes of the bundle find the compiled files.
public final class BundleJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundleJobs.class);
  private static final int MOST_WAITING = 1_000;

  private final Nursery nursery;
  private final Means means;
  private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread;

  private record Job(Version version, Bundle bundle) {}

  public BundleJobs(Nursery nursery, Means means) {
    this.nursery = nursery;
    this.means =
        new Means(
            means.time(), means.deadlines(), means.specialiser(), line -> {}, means.counters());
    this.thread = Thread.ofVirtual().name("bytecode").start(this::work);
  }

  /// Asks for it; when too many wait, this one is not compiled. Does not block.
  public void compile(Version version, Bundle bundle) {
    jobs.offer(new Job(version, bundle));
  }

  private void work() {
    try {
      while (true) {
        Job job = jobs.take();
        try {
          compileNow(job.version, job.bundle);
        } catch (RuntimeException e) {
          LOG.error("{} is not compiled; its sources are, at each load", job.version.label(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Compiles it now. Blocks for as long as that takes.
  public void compileNow(Version version, Bundle bundle) throws InterruptedException {
    var files = new Bytecode(bundle);
    Optional<Outcome> outcome = run(version, bundle, Purpose.COMPILE, files);
    LOG.debug("{}: {} files compiled, {}", version.label(), files.files(), outcome);
  }

  /// Loads the handler of a version in a sandbox of its own, without calling it.
  ///
  /// @return how that ended; empty if no sandbox could be had
  public Optional<Outcome> tryLoading(Version version, Bundle bundle) throws InterruptedException {
    return run(version, bundle, Purpose.LOAD, Reply.discarding());
  }

  private Optional<Outcome> run(Version version, Bundle bundle, Purpose purpose, Reply reply)
      throws InterruptedException {
    Optional<Nursery.Taken> taken = nursery.takeForLater(Duration.ofSeconds(10));
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    var instance = new Instance(version, bundle, taken.get().sandbox(), means, purpose);
    try {
      return Optional.of(
          instance.run(invocation(version, reply, means.time()), Usage.Start.FORKED));
    } finally {
      instance.sandbox().destroy();
    }
  }

  /// What loads a handler without calling it.
  static Invocation loading(Version version, Time time) {
    return invocation(version, Reply.discarding(), time);
  }

  private static Invocation invocation(Version version, Reply reply, Time time) {
    var request = new Request("POST", "", "", "", List.of(), Body.Whole.EMPTY, "", "http");
    return new Invocation(
        RequestId.random(), version, request, reply, time.nanos(), Optional.empty());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
