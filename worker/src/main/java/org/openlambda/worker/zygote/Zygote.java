package org.openlambda.worker.zygote;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.invocation.Exit;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.MessageSocket;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.fd.SocketPair;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.sandbox.Sandbox;
import org.openlambda.worker.sandbox.SandboxLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A launcher process that became a language runtime, waiting to be cloned. It has no privilege and
/// is not believed: what it says is checked, and the worst a subverted one can do is to spoil the
/// sandboxes made from it.
///
/// When it dies, by itself or by [#close], every sandbox made from it dies with it.
///
/// [#spawn] may be called by any platform thread; control messages are read on a thread of its own.
final class Zygote implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Zygote.class);
  private static final int OUTPUT = 1;
  private static final int ERROR_OUTPUT = 2;
  private static final int CONTROL = 3;
  private static final int LIFELINE = 4;

  private final String name;
  private final int pid;
  private final ZygoteStarter.Place place;
  private final MessageSocket control;
  private final Fd lifeline;
  private final SandboxLog log;
  private final CountDownLatch ready = new CountDownLatch(1);

  /// SPAWNs without an answer yet, by id.
  private final Map<Long, CompletableFuture<PidFd>> spawning = new ConcurrentHashMap<>();

  /// Living sandboxes, by id, to be told how they ended.
  private final Map<Long, Sandbox> children = new ConcurrentHashMap<>();

  /// Exits reported before the maker had built the sandbox; guarded by itself.
  private final Map<Long, Exit> early = new HashMap<>();

  private volatile boolean dead;

  private final Thread listener;

  private Zygote(
      String name,
      int pid,
      ZygoteStarter.Place place,
      MessageSocket control,
      Fd lifeline,
      SandboxLog log) {
    this.name = name;
    this.pid = pid;
    this.place = place;
    this.control = control;
    this.lifeline = lifeline;
    this.log = log;
    this.listener = Thread.ofPlatform().name(name).daemon().unstarted(this::listen);
  }

  /// Starts a zygote; returns before it is ready.
  ///
  /// @param root an empty folder to build its private root on
  /// @param place the host uid of the zygote, and the control group it is moved to
  static Zygote start(
      String name, ZygoteProgram program, Path root, ZygoteStarter.Place place, Poller poller) {
    var all = new ArrayList<Fd>(); // a start that fails is tried again: none may be lost
    try {
      var channel = SocketPair.seqpacket();
      all.addAll(List.of(channel.ours(), channel.theirs()));
      var life = Pipe.open();
      all.addAll(List.of(life.read(), life.write()));
      var output = Pipe.open();
      all.addAll(List.of(output.read(), output.write()));
      int pid =
          Spawn.of(program.launcher().toString(), arguments(program, root, place.uid()))
              .withDescriptor(OUTPUT, output.write())
              .withDescriptor(ERROR_OUTPUT, output.write())
              .withDescriptor(CONTROL, channel.theirs())
              .withDescriptor(LIFELINE, life.read())
              .start();
      List.of(channel.theirs(), life.read(), output.write()).forEach(Fd::close);
      var log = new SandboxLog(output.read(), poller);
      log.attribute(line -> LOG.warn("{}: {}", name, line));
      var zygote =
          new Zygote(name, pid, place, new MessageSocket(channel.ours()), life.write(), log);
      zygote.listener.start();
      return zygote;
    } catch (RuntimeException e) {
      all.forEach(Fd::close);
      throw e;
    }
  }

  private static String[] arguments(ZygoteProgram program, Path root, int uid) {
    var line = new ArrayList<String>();
    if (program.isolation() == Isolation.NONE) {
      line.addAll(List.of("--walls", "none"));
    } else {
      line.addAll(List.of("--root", root.toString(), "--uid", Integer.toString(uid)));
      line.addAll(List.of("--policy", program.policy().toString()));
    }
    program.binds().forEach((from, to) -> line.addAll(List.of("--bind", from + ":" + to)));
    program.environment().forEach((k, v) -> line.addAll(List.of("--env", k + "=" + v)));
    line.add("--");
    line.addAll(program.command());
    return line.toArray(String[]::new);
  }

  /// Waits until it can be cloned.
  ///
  /// @throws IOException if it died or took longer than `limit`; its log says why
  void awaitReady(Duration limit) throws IOException, InterruptedException {
    if (!ready.await(limit.toMillis(), TimeUnit.MILLISECONDS) || dead) {
      log.drain();
      close();
      throw new IOException(
          "%s (pid %d) %s; see the lines above, they are its own"
              .formatted(
                  name, pid, dead ? "died while it started" : "is not ready after " + limit));
    }
    // Only now: the launcher starts processes until it is ready, and none may be missed.
    try {
      place.group().self().adopt(pid);
    } catch (LinuxException e) {
      close();
      throw new IOException(name + " cannot be put into its group: " + e.getMessage(), e);
    }
  }

  /// Asks for a child and waits for it. Blocks for about a fork.
  ///
  /// @param message a SPAWN for `id`
  /// @throws IOException if the zygote cannot or is gone
  PidFd spawn(long id, byte[] message, List<Fd> descriptors)
      throws IOException, InterruptedException {
    var answer = new CompletableFuture<PidFd>();
    spawning.put(id, answer);
    try {
      send(message, descriptors.toArray(Fd[]::new));
      return answer.get(10, TimeUnit.SECONDS);
    } catch (LinuxException | java.util.concurrent.ExecutionException e) {
      throw new IOException(name + " cannot make sandbox " + id + ": " + e.getMessage(), e);
    } catch (java.util.concurrent.TimeoutException e) {
      close();
      throw new IOException(name + " did not answer a SPAWN within 10 s and is killed", e);
    } finally {
      spawning.remove(id);
    }
  }

  /// The socket is not closed meanwhile, or descriptors could go to whoever has its number next.
  private void send(byte[] message, Fd[] descriptors) throws IOException {
    synchronized (control) {
      if (dead) {
        throw new IOException(name + " is gone");
      }
      control.send(message, descriptors);
    }
  }

  /// From now on `sandbox` is told how it ended.
  void adopt(Sandbox sandbox) {
    synchronized (early) {
      children.put(sandbox.id(), sandbox);
      Exit already = early.remove(sandbox.id());
      if (already != null) {
        children.remove(sandbox.id());
        sandbox.ended(already);
      }
    }
    if (dead) { // perhaps after the others were told
      children.remove(sandbox.id());
      sandbox.orphaned();
    }
  }

  boolean isDead() {
    return dead;
  }

  String name() {
    return name;
  }

  int pid() {
    return pid;
  }

  private void listen() {
    try {
      while (true) {
        var message = control.receive(ZygoteMessage.LONGEST);
        if (message.isEnd()) {
          break;
        }
        take(ZygoteMessage.parse(message.bytes()), message.fds());
      }
    } catch (LinuxException e) {
      LOG.warn("{}: control socket: {}; a new zygote is started", name, e.getMessage());
    } finally {
      bury();
    }
  }

  private void take(ZygoteMessage message, List<Fd> fds) {
    switch (message) {
      case ZygoteMessage.Ready() -> ready.countDown();
      case ZygoteMessage.Spawned(long id, int errno) -> {
        var waiting = spawning.get(id);
        if (waiting != null
            && errno == 0
            && fds.size() == 1
            && waiting.complete(PidFd.of(fds.getFirst()))) {
          return;
        }
        if (waiting != null) {
          waiting.completeExceptionally(new LinuxException("clone3", errno));
        }
      }
      case ZygoteMessage.Exited(long id, Exit how) -> exited(id, how);
      case ZygoteMessage.Malformed(String what) -> LOG.warn("{}: ignored {}", name, what);
    }
    fds.forEach(Fd::close);
  }

  private void exited(long id, Exit how) {
    Sandbox sandbox;
    synchronized (early) {
      sandbox = children.remove(id);
      if (sandbox == null && spawning.size() + early.size() < 1024) {
        early.put(id, how);
      }
    }
    if (sandbox != null) {
      sandbox.ended(how);
    }
  }

  private void bury() {
    dead = true;
    ready.countDown();
    log.drain();
    log.close();
    synchronized (control) {
      control.close();
    }
    lifeline.close();
    spawning.values().forEach(s -> s.completeExceptionally(new IOException(name + " died")));
    children.values().forEach(Sandbox::orphaned);
    children.clear();
    ChildExit how = ChildExit.waitFor(pid);
    LOG.debug("{} (pid {}) ended: {}", name, pid, how);
  }

  /// Ends the zygote and all its sandboxes. Does not wait.
  @Override
  public void close() {
    lifeline.close();
  }

  /// Waits until its launcher is gone, after [#close]; blocks up to `limit`.
  void awaitEnd(Duration limit) throws InterruptedException {
    listener.join(limit);
  }
}
