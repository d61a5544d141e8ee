package org.openlambda.server;

import java.io.IOException;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.linux.system.Kernel;
import org.openlambda.worker.WorkerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Divides the descriptors that this process may have between the door and the sandboxes, so that
/// callers who are in never wait for one that others at the door have taken.
///
/// @param limit of the process: `RLIMIT_NOFILE`
record OpenFiles(long limit) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /// Every process in a sandbox may open so many, and may not be given more than we have.
  private static final long LEAST = 1_024;

  /// With fewer, an operator may want to know.
  private static final long COMFORTABLE = 4_096;

  /// What a sandbox has open here: its process, link and log. Two gauges as well where it is not
  /// frozen, but those have an allowance of their own.
  private static final long OF_SANDBOX = 3;

  /// At the door, before sandboxes get more than their share.
  private static final long USUAL_CONNECTIONS = 2_000;

  /// Jars, event loops, zygotes, code that is copied, uploads.
  private static final long OF_SERVER = 160;

  /// What this process may have.
  ///
  /// @throws IOException if that is too little to serve at all
  static OpenFiles ofThisProcess() throws IOException {
    long limit = Kernel.openFiles().soft();
    if (limit < LEAST) {
      throw new IOException(
          ("this process may have %d files open, but each in a sandbox is given %,d: raise it with"
                  + " 'ulimit -n' or LimitNOFILE")
              .formatted(limit, LEAST));
    }
    var files = new OpenFiles(limit);
    if (limit < COMFORTABLE) {
      LOG.warn(
          "only {} files may be open: at most {} connections, {} sandboxes; raise it with"
              + " 'ulimit -n' or LimitNOFILE",
          limit,
          files.connections(),
          files.sandboxes());
    }
    return files;
  }

  private long free() {
    return Math.max(0, limit - OF_SERVER);
  }

  /// That there is room for at the door: a quarter of all, up to 2,000; then a tenth.
  long connections() {
    return Math.max(Math.min(USUAL_CONNECTIONS, free() / 4), free() / 10);
  }

  /// Counters of sandboxes that may stay open.
  long gauges() {
    return free() / 16;
  }

  /// That there is room for, those that wait included.
  long sandboxes() {
    return (free() - connections() - gauges()) / OF_SANDBOX;
  }

  GatewayConfig applyTo(GatewayConfig config) {
    DoorConfig door = config.door();
    DoorLimits there = door.limits();
    var limits =
        new DoorLimits(
            (int) Math.min(there.connections(), connections()),
            there.head(),
            there.headTimeout(),
            there.idleTimeout());
    return new GatewayConfig(
        new DoorConfig(door.address(), door.hosts(), limits, door.tls()),
        config.largestBody(),
        config.largestBundle(),
        config.rooms());
  }

  /// A quarter of the sandboxes may wait, if it is a matter of files.
  WorkerConfig applyTo(WorkerConfig config) {
    long waiting = Math.min(config.nursery().most(), sandboxes() / 4);
    long instances = Math.min(config.pool().mostInstances(), sandboxes() - waiting);
    int open = (int) Math.min(config.openGauges(), gauges());
    return config.withAtMost((int) instances, (int) waiting, open);
  }
}
