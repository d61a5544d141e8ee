package org.openlambda.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Requests that are sent when they are due by a [Plan], however long those before take. Latency
/// counts from when a request was due, so waiting for a free connection, or a client that was late,
/// is part of it: a slow server cannot slow down what is asked of it ("coordinated omission").
///
/// Two threads: the caller's sends, one other reads.
public final class OpenLoop implements AutoCloseable {
  /// A thread that sleeps wakes some 50 µs late; so it sleeps short of the time and yields.
  private static final long AWAKE_NANOS = 60_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Connection> connections = new ArrayList<>();

  /// Connects.
  ///
  /// @param most requests under way at once: the number of connections
  public OpenLoop(SocketAddress address, int most) throws IOException {
    for (int i = 0; i < most; i++) {
      connections.add(Connection.open(address, false));
    }
  }

  /// Sends what is due within `length`, and waits for the answers, 30 s at most.
  public Load round(Duration length, Plan plan) throws IOException, InterruptedException {
    var free = new ArrayBlockingQueue<Connection>(connections.size());
    try (Selector selector = Selector.open()) {
      for (Connection connection : connections) {
        connection.refresh();
        connection.channel().register(selector, SelectionKey.OP_READ, connection);
        free.add(connection);
      }
      long start = System.nanoTime();
      var reader = new Reader(selector, free, new Recorder(start, length.toNanos()));
      Thread reading = Thread.ofPlatform().name("client-reader").start(reader::read);
      boolean ranOut = send(start, length.toNanos(), plan, reader);
      reader.sentAll = true;
      selector.wakeup();
      reading.join(PATIENCE.plusSeconds(5));
      return reader.recorder.toLoad(ranOut);
    }
  }

  private static boolean send(long start, long lengthNanos, Plan plan, Reader reader)
      throws InterruptedException {
    Optional<Plan.Due> next = plan.next();
    while (next.isPresent() && next.get().offsetNanos() < lengthNanos) {
      long due = start + next.get().offsetNanos();
      sleepUntil(due);
      Connection connection = reader.free.take();
      reader.underWay.incrementAndGet();
      reader.begin(connection, next.get().request(), due);
      next = plan.next();
    }
    return next.isEmpty();
  }

  private static void sleepUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > AWAKE_NANOS) {
        LockSupport.parkNanos(left - AWAKE_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /// Reads answers, and sends what a socket did not take at once.
  private static final class Reader {
    private final Selector selector;
    private final BlockingQueue<Connection> free;
    private final Recorder recorder;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean sentAll;

    private Reader(Selector selector, BlockingQueue<Connection> free, Recorder recorder) {
      this.selector = selector;
      this.free = free;
      this.recorder = recorder;
    }

    /// On the sender's thread; the connection is nobody else's now, but its answer may be read as
    /// soon as the request is out, so the lock makes what was set visible.
    private void begin(Connection connection, Request request, long due) {
      synchronized (connection) {
        try {
          if (!connection.begin(request, due)) {
            SelectionKey key = connection.channel().keyFor(selector);
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            selector.wakeup();
          }
        } catch (IOException e) {
          broken(connection);
          selector.wakeup();
        }
      }
    }

    private void read() {
      long patienceEnds = Long.MAX_VALUE;
      try {
        while (!sentAll || underWay.get() > 0) {
          selector.select(this::serve, 100);
          if (sentAll && patienceEnds == Long.MAX_VALUE) {
            patienceEnds = System.nanoTime() + PATIENCE.toNanos();
          }
          if (System.nanoTime() > patienceEnds) {
            giveUp();
            return;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void serve(SelectionKey key) {
      var connection = (Connection) key.attachment();
      synchronized (connection) {
        try {
          if (key.isWritable() && connection.flush()) {
            key.interestOps(SelectionKey.OP_READ);
          }
          if (key.isReadable() && connection.fill()) {
            recorder.answered(
                connection.fromNanos(),
                System.nanoTime(),
                connection.status(),
                connection.asExpected());
            done(connection);
          }
        } catch (IOException e) {
          broken(connection);
        }
      }
    }

    private void done(Connection connection) {
      underWay.decrementAndGet();
      free.add(connection);
    }

    private void broken(Connection connection) {
      boolean asked = !free.contains(connection);
      try {
        connection.reopen();
        connection.channel().register(selector, SelectionKey.OP_READ, connection);
      } catch (IOException e) {
        // nobody listens: every request on it is lost at once
      }
      if (asked) {
        recorder.lost(connection.fromNanos(), System.nanoTime());
        done(connection);
      }
    }

    private void giveUp() throws IOException {
      for (SelectionKey key : selector.keys()) {
        var connection = (Connection) key.attachment();
        if (!free.contains(connection)) {
          recorder.lost(connection.fromNanos(), System.nanoTime());
          connection.reopen();
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
