package org.openlambda.bench.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One thread's part of a closed loop's round.
final class ClosedRound {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<Connection> connections;
  private final Supply supply;
  private final long endNanos;
  private final Recorder recorder;
  private boolean ranOut;

  /// Connections with a request under way.
  private int busy;

  ClosedRound(List<Connection> connections, Supply supply, long startNanos, long lengthNanos) {
    this.connections = connections;
    this.supply = supply;
    this.endNanos = startNanos + lengthNanos;
    this.recorder = new Recorder(startNanos, lengthNanos);
  }

  Recorder recorder() {
    return recorder;
  }

  boolean ranOut() {
    return ranOut;
  }

  void refresh() throws IOException {
    for (Connection connection : connections) {
      connection.refresh();
    }
  }

  /// One client, waiting in the kernel.
  void blocking() throws IOException {
    Connection connection = connections.getFirst();
    long now = System.nanoTime();
    for (Optional<Request> next = next(now); next.isPresent(); next = next(now)) {
      try {
        boolean all = connection.begin(next.get(), now);
        while (!all) {
          all = connection.flush();
        }
        boolean complete = connection.fill();
        while (!complete) {
          complete = connection.fill();
        }
        now = System.nanoTime();
        recorder.answered(
            connection.fromNanos(), now, connection.status(), connection.asExpected());
      } catch (IOException e) {
        now = System.nanoTime();
        recorder.lost(connection.fromNanos(), now);
        connection.reopen();
      }
    }
  }

  /// Many clients, waiting in a selector.
  void nonBlocking() throws IOException {
    try (Selector selector = Selector.open()) {
      for (Connection connection : connections) {
        register(selector, connection);
      }
      while (busy > 0) {
        selector.select(key -> serve(selector, key), 1_000);
        if (System.nanoTime() - endNanos > PATIENCE_NANOS) {
          giveUp(selector);
        }
      }
    }
  }

  private void register(Selector selector, Connection connection) throws IOException {
    begin(connection.channel().register(selector, 0, connection), connection);
  }

  private Optional<Request> next(long now) {
    if (now - endNanos >= 0) {
      return Optional.empty();
    }
    Optional<Request> next = supply.next();
    ranOut |= next.isEmpty();
    return next;
  }

  private void begin(SelectionKey key, Connection connection) throws IOException {
    long now = System.nanoTime();
    Optional<Request> next = next(now);
    if (next.isEmpty()) {
      key.interestOps(0);
      return;
    }
    busy++;
    interest(key, connection.begin(next.get(), now));
  }

  private static void interest(SelectionKey key, boolean allSent) {
    int wanted = allSent ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  private void serve(Selector selector, SelectionKey key) {
    var connection = (Connection) key.attachment();
    try {
      if (key.isWritable()) {
        interest(key, connection.flush());
      }
      if (key.isReadable() && connection.fill()) {
        recorder.answered(
            connection.fromNanos(),
            System.nanoTime(),
            connection.status(),
            connection.asExpected());
        busy--;
        begin(key, connection);
      }
    } catch (IOException e) {
      broken(selector, key, connection);
    }
  }

  /// Counts the request as lost and goes on with a new connection, if there is one to be had.
  private void broken(Selector selector, SelectionKey key, Connection connection) {
    recorder.lost(connection.fromNanos(), System.nanoTime());
    busy--;
    key.cancel();
    try {
      connection.reopen();
      register(selector, connection);
    } catch (IOException e) {
      // this client is out for the rest of the round
    }
  }

  private void giveUp(Selector selector) throws IOException {
    for (SelectionKey key : selector.keys()) {
      var connection = (Connection) key.attachment();
      if (key.isValid() && key.interestOps() != 0) {
        recorder.lost(connection.fromNanos(), System.nanoTime());
        key.cancel();
        connection.reopen();
      }
    }
    busy = 0;
  }
}
