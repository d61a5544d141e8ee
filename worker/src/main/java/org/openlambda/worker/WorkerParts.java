package org.openlambda.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.function.Limits;
import org.openlambda.core.invocation.LogSink;
import org.openlambda.core.time.Time;
import org.openlambda.linux.cgroup.CgroupMode;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.mount.Mounter;
import org.openlambda.worker.bundle.BundleStore;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.instance.BundleJobs;
import org.openlambda.worker.instance.Delivery;
import org.openlambda.worker.instance.InstancePool;
import org.openlambda.worker.instance.Keeper;
import org.openlambda.worker.instance.Means;
import org.openlambda.worker.instance.Provisioner;
import org.openlambda.worker.instance.Specialiser;
import org.openlambda.worker.link.Buffers;
import org.openlambda.worker.link.PollerReadiness;
import org.openlambda.worker.network.AddressRange;
import org.openlambda.worker.network.OutboundNetwork;
import org.openlambda.worker.sandbox.Deadlines;
import org.openlambda.worker.sandbox.HostUids;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.sandbox.Undertaker;
import org.openlambda.worker.zygote.Nursery;
import org.openlambda.worker.zygote.SandboxMaker;
import org.openlambda.worker.zygote.ZygoteStarter;

/// The wiring of a worker: builds its parts in order, and takes them apart in the opposite one.
final class WorkerParts implements AutoCloseable {
  private static final int BUFFERS_KEPT = 256;
  private static final Duration KEEP_SUPERSEDED = Duration.ofSeconds(5);

  /// What is open, newest first.
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  final Counters counters = new Counters();
  final Cgroups groups;
  final HostUids uids;
  final BundleStore bundles;
  final Nursery nursery;
  final InstancePool pool;
  final BundleJobs jobs;
  final Provisioner provisioner;

  private WorkerParts(WorkerConfig config, CodeSource source, LogSink logs, Time time)
      throws IOException {
    try {
      Path state = Files.createDirectories(config.state().toAbsolutePath());
      open.push(lock(state));
      boolean walls = config.isolation() == Isolation.SANDBOX;
      // ours until the last process is dead
      uids = keep(walls ? HostUids.claim(HostUids.folder()) : HostUids.own());
      var gauges = new OpenGauges(config.openGauges());
      groups = keep(walls ? Cgroups.open("openlambda-" + label(state), gauges) : Cgroups.none());
      groups.killAndRemoveLeftovers(); // of a predecessor that was killed
      open.push(groups::killAndRemoveLeftovers); // and ours, when all else is closed
      bundles =
          new BundleStore(state.resolve("bundles"), BundleStore.Bounds.DEFAULT, source, counters);
      var addresses = new AddressRange(uids.range());
      var network = keep(OutboundNetwork.open(state.resolve("network"), label(state), addresses));
      Undertaker undertaker = keep(new Undertaker(uids));
      Poller poller = keep(new Poller("logs"));
      Deadlines deadlines = keep(new Deadlines(time));
      Delivery delivery =
          walls ? new Delivery.ByMount(keep(new Mounter()), network) : new Delivery.InPlace();
      var program = PythonZygote.program(config.home(), config.python(), config.isolation());
      var starter = new ZygoteStarter(program, state.resolve("roots"), groups, uids, poller);
      Limits waiting = config.nursery().limits();
      var maker =
          new SandboxMaker(
              waiting,
              uids,
              new PollerReadiness(poller),
              new Buffers(BUFFERS_KEPT),
              poller,
              deadlines,
              undertaker);
      nursery = keep(new Nursery(config.nursery(), starter, maker, counters));
      var means = new Means(time, deadlines, new Specialiser(delivery, waiting), logs, counters);
      pool = keep(new InstancePool(config.pool(), nursery, means));
      var keeping = new Keeper.Settings(config.freezeAfter(), KEEP_SUPERSEDED);
      keep(new Keeper(pool, nursery, keeping, time));
      jobs = keep(new BundleJobs(nursery, means));
      provisioner = keep(new Provisioner(pool, bundles, time));
      nursery.open();
    } catch (IOException | RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  static WorkerParts open(WorkerConfig config, CodeSource source, LogSink logs, Time time)
      throws IOException {
    return new WorkerParts(config, source, logs, time);
  }

  CgroupMode cgroupMode() {
    return groups.mode();
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  /// One worker a state folder: the lock is the kernel's, so a killed worker leaves none.
  private static FileChannel lock(Path state) throws IOException {
    var file =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() != null) {
        return file;
      }
    } catch (OverlappingFileLockException e) {
      // by another worker of this process
    }
    file.close();
    throw new IOException(
        state + " is used by another worker that is running; stop it, or choose another folder");
  }

  /// Eight hexadecimal digits that tell this state folder from others in names of control groups,
  /// network interfaces and firewall tables.
  private static String label(Path state) {
    var sum = new CRC32();
    sum.update(state.toString().getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(sum.getValue());
  }

  @Override
  public void close() {
    RuntimeException failure = new IllegalStateException("closing the worker failed");
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
