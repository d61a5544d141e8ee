package org.openlambda.server;

import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.system.OwnThreads;
import org.openlambda.worker.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a start puts off, as it would take processors from what callers wait for: the sandboxes
/// that are to wait, but for one, and the JVM's compilers. These have what is left over while a
/// server starts (`ol` gives them nice 19 where that can be taken back): little that a start
/// executes is executed so often that it is worth it. Afterwards they give way to calls by 5 alone.
final class Settling implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
  private static final int AT_START = 19;
  private static final int USUAL = 5;

  /// Who starts a server often calls it at once.
  private static final long AFTER_START_NANOS = 2_000_000_000;

  private final Worker worker;
  private final Thread thread;
  private volatile boolean closed;

  /// Of a server that has started.
  Settling(Worker worker) {
    this.worker = worker;
    this.thread = Thread.ofPlatform().name("settling").daemon().start(this::settle);
  }

  private void settle() {
    long until = System.nanoTime() + AFTER_START_NANOS;
    while (!closed && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(this, until - System.nanoTime());
    }
    if (!closed) {
      worker.fill();
      speedUp();
    }
  }

  private static void speedUp() {
    try {
      OwnThreads.renice("C1 Compiler", AT_START, USUAL);
      OwnThreads.renice("C2 Compiler", AT_START, USUAL);
    } catch (LinuxException | IllegalStateException | UncheckedIOException e) {
      LOG.warn("the compilers of the JVM stay slow: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
