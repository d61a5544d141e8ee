package org.openlambda.worker;

import java.nio.file.Path;
import java.time.Duration;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.instance.InstancePool;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.zygote.Nursery;

/// Everything a worker can be told.
///
/// @param home the installation: `libexec/` below it has launcher, policy and runtimes
/// @param state this worker's own folder: bundles, sockets; made if it is not there
/// @param python the interpreter for Python functions, as sandboxes see it
/// @param pool memory and queue bounds
/// @param nursery how many sandboxes wait
/// @param freezeAfter idle time before an instance is frozen
/// @param keepAlive idle time before an instance is evicted
/// @param isolation whether sandboxes have walls
public record WorkerConfig(
    Path home,
    Path state,
    Path python,
    InstancePool.Settings pool,
    Nursery.Settings nursery,
    Duration freezeAfter,
    Duration keepAlive,
    Isolation isolation) {

  /// With walls.
  public WorkerConfig(
      Path home,
      Path state,
      Path python,
      InstancePool.Settings pool,
      Nursery.Settings nursery,
      Duration freezeAfter,
      Duration keepAlive) {
    this(home, state, python, pool, nursery, freezeAfter, keepAlive, Isolation.SANDBOX);
  }

  /// The same with or without walls.
  public WorkerConfig with(Isolation other) {
    return new WorkerConfig(home, state, python, pool, nursery, freezeAfter, keepAlive, other);
  }

  /// What suits a machine of this size: three quarters of its memory, two lanes.
  public static WorkerConfig defaults(Path home, Path state, Bytes machineMemory) {
    return new WorkerConfig(
        home,
        state,
        Path.of("/usr/bin/python3"),
        new InstancePool.Settings(
            new Bytes(machineMemory.count() / 4 * 3), 4_000, 1_024, Duration.ofSeconds(10)),
        new Nursery.Settings(16, 256, 2, 2),
        Duration.ofMillis(100),
        Duration.ofMinutes(10));
  }
}
