package org.openlambda.worker.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.mount.Attach;
import org.openlambda.linux.mount.DetachedMount;
import org.openlambda.linux.mount.Mounter;
import org.openlambda.linux.process.PidFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects sandboxes to the world. Nothing is done to the machine before the first one asks.
///
/// Any thread may ask, also virtual ones, which park: the work is done on platform threads, one for
/// each cable, which go into the sandbox's network namespace and end there.
public final class OutboundNetwork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboundNetwork.class);
  private static final String RESOLV_CONF = "/etc/resolv.conf";

  /// Cables made at once. The kernel makes one after another in any case.
  private static final int AT_ONCE = 4;

  /// How long [#close] waits for the kernel to take down the cables of dead sandboxes.
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path resolvConf;
  private final String table;
  private final String prefix;
  private final AddressRange addresses;
  private final Firewall firewall;
  private final Cables cables;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  /// What was found out at the first need; null until then. Guarded by `this`, which is held over
  /// the loading of the firewall: whoever comes meanwhile needs it too.
  private @Nullable Outside outside;

  /// Guarded by `this`.
  private boolean closed;

  /// @param mtu of cables
  /// @param names whether `resolvConf` names a server
  private record Outside(int mtu, boolean names) {}

  private OutboundNetwork(Path folder, String label, AddressRange addresses) {
    this.resolvConf = folder.resolve("resolv.conf");
    this.table = "openlambda-" + label;
    this.prefix = "ol" + label + "-";
    this.addresses = addresses;
    this.firewall = new Firewall(folder.resolve("rules.nft"), table, Firewall.PROGRAMS);
    this.cables = new Cables(prefix, addresses);
  }

  /// Removes the firewall table that a killed predecessor left, if it did (10 ms then).
  ///
  /// @param folder this worker's own, for two small files; made if it is not there
  /// @param label eight characters that tell this worker from others of the machine
  /// @throws IOException if the folder cannot be used
  public static OutboundNetwork open(Path folder, String label, AddressRange addresses)
      throws IOException {
    Files.createDirectories(folder);
    var network = new OutboundNetwork(folder, label, addresses);
    network.removeTable();
    return network;
  }

  /// Gives a sandbox an interface to the outside and the names of it, and returns afterwards. From
  /// 1 ms, of which the kernel takes 0.7, to some more on a busy machine; 30 ms more for the first
  /// one of a worker, which loads the firewall.
  ///
  /// @param sandbox a process in its namespaces; has no interface but loopback yet
  /// @throws NoNetwork if the machine lacks something
  /// @throws org.openlambda.linux.LinuxException if the kernel refuses
  public void connect(PidFd sandbox, Mounter mounter) {
    turns.acquireUninterruptibly();
    try {
      Outside found =
          onPlatformThread(() -> {
            HostNetwork.checkForwarding();
            Outside ready = prepared();
            cables.plugIn(sandbox, ready.mtu);
            return ready;
          });
      if (found.names) {
        try (Fd file = DetachedMount.readOnlyTree(resolvConf)) {
          mounter.attach(new Attach(sandbox, file, RESOLV_CONF, 0));
        }
      }
    } finally {
      turns.release();
    }
  }

  private synchronized Outside prepared() {
    if (closed) {
      throw new NoNetwork("the worker is being stopped");
    }
    Outside ready = outside;
    if (ready == null) {
      ready = prepare();
      outside = ready;
    }
    return ready;
  }

  private Outside prepare() {
    HostNetwork host = HostNetwork.look();
    try {
      Resolvers resolvers = Resolvers.read(Resolvers.HOST);
      if (resolvers.addresses().isEmpty()) {
        LOG.warn(
            "{} names no server with an IPv4 address outside the loopback: functions with network:"
                + " outbound reach addresses but no names",
            Resolvers.HOST);
      }
      Files.writeString(resolvConf, resolvers.text());
      Files.setPosixFilePermissions(resolvConf, PosixFilePermissions.fromString("rw-r--r--"));
      firewall.load(
          new FirewallRules(table, prefix, addresses, host.uplinks(), resolvers.addresses()));
      LOG.info("sandboxes reach the outside by {} of {}", host.uplinks(), table);
      return new Outside(host.mtu(), !resolvers.addresses().isEmpty());
    } catch (IOException e) {
      throw new NoNetwork("its files cannot be written: " + e.getMessage(), e);
    }
  }

  /// Waits until the cables of dead sandboxes are gone, at most five seconds, and removes the
  /// firewall. All sandboxes have to be dead.
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (outside != null) {
      long giveUp = System.nanoTime() + LINGER_NANOS;
      while (cablesLeft() && System.nanoTime() - giveUp < 0) {
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
    removeTable();
    Files.deleteIfExists(resolvConf);
  }

  private boolean cablesLeft() {
    return KernelFile.read("/proc/net/dev").contains(prefix);
  }

  /// Only a worker that cannot start is worse than a table that filters nothing.
  private void removeTable() throws IOException {
    try {
      firewall.remove();
    } catch (NoNetwork e) {
      LOG.warn("the firewall table {} of a worker that has ended stays: {}", table, e.getMessage());
    }
  }

  /// The calling thread waits to the end even when interrupted: the sandbox's descriptor is in use.
  private static <T> T onPlatformThread(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(
              work, task -> Thread.ofPlatform().name("cable").daemon().start(task))
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }
}
