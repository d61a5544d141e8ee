package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.LogSink;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.time.Patience;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.instance.InstancePool;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.zygote.Nursery;

/// A whole worker with real sandboxes, and functions for it.
final class Bench implements AutoCloseable {
  static final Limits LIMITS = Sample.limits(Bytes.mebi(64), Patience.of(Duration.ofSeconds(10)));

  private final Path dir;
  final List<LogLine> logs = new CopyOnWriteArrayList<>();
  final Worker worker;

  /// Opens a worker.
  private interface Opener {
    Worker open(LogSink logs) throws IOException;
  }

  private Bench(Path dir, Opener opener) throws IOException {
    this.dir = dir;
    this.worker = opener.open(logs::add);
  }

  static Bench open(Path dir) throws IOException {
    return open(dir, config -> config);
  }

  static Bench open(Path dir, UnaryOperator<WorkerConfig> settings) throws IOException {
    return open(dir, settings, Time.system());
  }

  static Bench open(Path dir, UnaryOperator<WorkerConfig> settings, Time time) throws IOException {
    return new Bench(dir, logs -> Worker.open(settings.apply(config(dir)), logs, time));
  }

  /// With one sandbox that waits, as a server that has just started.
  static Bench sparing(Path dir) throws IOException {
    return new Bench(
        dir, logs -> Worker.openSparingly(config(dir), CodeSource.LOCAL, logs, Time.system()));
  }

  static WorkerConfig config(Path dir) {
    return new WorkerConfig(
        Requirements.installation(),
        dir.resolve("state"),
        Path.of("/usr/bin/python3"),
        settings(Bytes.mebi(2_048), 200, 200, Patience.of(Duration.ofSeconds(10))),
        new Nursery.Settings(2, 16, 2, 1, Limits.DEFAULT),
        Duration.ofMillis(100));
  }

  private static InstancePool.Settings settings(
      Bytes memory, int instances, int queue, Duration patience) {
    return new InstancePool.Settings(
        memory,
        instances,
        queue,
        patience,
        2,
        KeepAlive.Fixed.TEN_MINUTES,
        new Eviction.LeastRecentlyUsed());
  }

  static UnaryOperator<WorkerConfig> pool(
      Bytes memory, int instances, int queue, Duration patience) {
    var pool = settings(memory, instances, queue, patience);
    return c ->
        new WorkerConfig(c.home(), c.state(), c.python(), pool, c.nursery(), c.freezeAfter());
  }

  /// With one zygote, of which so many sandboxes wait.
  static UnaryOperator<WorkerConfig> waiting(int sandboxes) {
    var nursery = new Nursery.Settings(sandboxes, sandboxes, 1, 1, Limits.DEFAULT);
    return c ->
        new WorkerConfig(c.home(), c.state(), c.python(), c.pool(), nursery, c.freezeAfter());
  }

  static UnaryOperator<WorkerConfig> idle(Duration freezeAfter, Duration keepAlive) {
    return c ->
        new WorkerConfig(c.home(), c.state(), c.python(), c.pool(), c.nursery(), freezeAfter)
            .keeping(new KeepAlive.Fixed(keepAlive), new Eviction.LeastRecentlyUsed());
  }

  Version function(String name, String python) throws IOException {
    return function(name, python, LIMITS);
  }

  /// Saves `f.py`, as people do again and again under one name.
  Version function(String name, String python, Limits limits) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("functions").resolve(name));
    Path fresh = Files.writeString(dir.resolve("fresh.py"), python);
    Files.move(fresh, folder.resolve("f.py"), StandardCopyOption.REPLACE_EXISTING);
    var content = FolderScan.of(folder, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    return Sample.version(name, new Code(folder, content.digest()), limits);
  }

  Outcome call(Version version, String json) {
    return call(version, json, Reply.discarding());
  }

  Outcome call(Version version, String json, Reply reply) {
    var body = new Body.Whole(json.getBytes(StandardCharsets.UTF_8));
    return worker.invoke(Sample.invocation(version, body, reply));
  }

  /// Calls on a virtual thread.
  FutureTask<Outcome> calling(Version version, String json) {
    var task = new FutureTask<>(() -> call(version, json));
    Thread.startVirtualThread(task);
    return task;
  }

  static Outcome outcome(FutureTask<Outcome> task) throws Exception {
    return task.get(Patience.ofSeconds(20), TimeUnit.SECONDS);
  }

  /// The answer of a call that returned.
  static String text(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Returned.class);
    Payload body = ((Outcome.Returned) outcome).body();
    assertThat(body).isInstanceOf(Payload.Whole.class);
    return new String(((Payload.Whole) body).body(), StandardCharsets.UTF_8);
  }

  /// Waits for what comes by itself, 15 s at the most on a usual machine.
  static void await(String what, BooleanSupplier there) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Patience.ofSeconds(15));
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
