package org.openlambda.worker;

import java.nio.file.Path;
import java.time.Duration;
import org.openlambda.core.function.Limits;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.instance.InstancePool;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.zygote.Nursery;

/// Everything a worker can be told.
///
/// @param home the installation: `libexec/` below it has launcher, policy and runtimes
/// @param state this worker's own folder: bundles, sockets; made if it is not there
/// @param python the interpreter for Python functions, as sandboxes see it
/// @param pool memory, queue bounds, and who stays
/// @param nursery how many sandboxes wait, and with which limits
/// @param freezeAfter idle time before an instance is frozen
/// @param isolation whether sandboxes have walls
/// @param openGauges files of counters that stay open, two for each instance that is not frozen;
///   those of others are opened for each reading
public record WorkerConfig(
    Path home,
    Path state,
    Path python,
    InstancePool.Settings pool,
    Nursery.Settings nursery,
    Duration freezeAfter,
    Isolation isolation,
    int openGauges) {
  private static final int MOST_INSTANCES = 12_000;

  /// With walls.
  public WorkerConfig(
      Path home,
      Path state,
      Path python,
      InstancePool.Settings pool,
      Nursery.Settings nursery,
      Duration freezeAfter) {
    this(home, state, python, pool, nursery, freezeAfter, Isolation.SANDBOX, 2 * MOST_INSTANCES);
  }

  /// The same with or without walls.
  public WorkerConfig with(Isolation other) {
    return new WorkerConfig(home, state, python, pool, nursery, freezeAfter, other, openGauges);
  }

  /// The same with other policies for idle instances.
  public WorkerConfig keeping(KeepAlive keepAlive, Eviction eviction) {
    var p = pool;
    var other =
        new InstancePool.Settings(
            p.memory(), p.mostInstances(), p.queue(), p.patience(), p.cores(), keepAlive, eviction);
    return new WorkerConfig(
        home, state, python, other, nursery, freezeAfter, isolation, openGauges);
  }

  /// The same with other limits of the sandboxes that wait: those that most functions have.
  public WorkerConfig waitingWith(Limits limits) {
    var n = nursery;
    var other = new Nursery.Settings(n.least(), n.most(), n.lanes(), n.makersPerLane(), limits);
    return new WorkerConfig(home, state, python, pool, other, freezeAfter, isolation, openGauges);
  }

  /// The same with no more than so many instances, sandboxes that wait, and gauges that stay open.
  public WorkerConfig withAtMost(int instances, int waiting, int gauges) {
    var p = pool;
    var n = nursery;
    var fewer =
        new InstancePool.Settings(
            p.memory(),
            Math.min(p.mostInstances(), instances),
            p.queue(),
            p.patience(),
            p.cores(),
            p.keepAlive(),
            p.eviction());
    int most = Math.min(n.most(), waiting);
    var smaller =
        new Nursery.Settings(
            Math.min(n.least(), most), most, n.lanes(), n.makersPerLane(), n.limits());
    int open = Math.min(openGauges, gauges);
    return new WorkerConfig(home, state, python, fewer, smaller, freezeAfter, isolation, open);
  }

  /// What suits a machine of this size: three quarters of its memory, two lanes.
  public static WorkerConfig defaults(Path home, Path state, Bytes machineMemory) {
    return new WorkerConfig(
        home,
        state,
        Path.of("/usr/bin/python3"),
        new InstancePool.Settings(
            new Bytes(machineMemory.count() / 4 * 3),
            MOST_INSTANCES,
            2_048,
            Patience.of(Duration.ofSeconds(30)),
            Runtime.getRuntime().availableProcessors(),
            KeepAlive.Learned.DEFAULT,
            new Eviction.GreedyDual()),
        new Nursery.Settings(16, 256, 2, 2, Limits.DEFAULT),
        Duration.ofMillis(100));
  }
}
