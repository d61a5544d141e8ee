package org.openlambda.server;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.system.IdleDepth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `--low-latency`: while requests flow the processors are kept out of deep idle, so that a call
/// does not wait for one to wake; a second after the last they may sleep again.
final class LowLatency implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LowLatency.class);
  private static final long LOOK_NANOS = 50_000_000;
  private static final int QUIET_LOOKS = 20;

  private final IdleDepth depth = new IdleDepth();
  private final LongSupplier requests;
  private final Thread thread; // owns `depth` once it runs
  private volatile boolean closed;

  /// @param requests how many there were since the start
  /// @throws LinuxException if this machine does not let us
  LowLatency(LongSupplier requests) {
    this.requests = requests;
    depth.hold(); // now, to fail now
    thread = Thread.ofPlatform().name("low-latency").daemon().start(this::watch);
  }

  private void watch() {
    try (depth) {
      look();
    } catch (LinuxException e) {
      LOG.warn("idle processors may sleep from now on, calls take longer: {}", e.getMessage());
    }
  }

  private void look() {
    long seen = requests.getAsLong();
    int quiet = 0;
    while (!closed) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      long now = requests.getAsLong();
      quiet = now == seen ? quiet + 1 : 0;
      seen = now;
      if (quiet == 0) {
        depth.hold();
      } else if (quiet > QUIET_LOOKS) {
        depth.release();
      }
    }
  }

  /// Ends it; the thread releases what it holds within [#LOOK_NANOS].
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
