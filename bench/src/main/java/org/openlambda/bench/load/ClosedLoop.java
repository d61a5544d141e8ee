package org.openlambda.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Some clients that each send a request when the one before is answered. Their connections are
/// kept from round to round. One client is a blocking thread; up to 32 share one non-blocking
/// thread, more share two.
public final class ClosedLoop implements AutoCloseable {
  private static final int ONE_THREAD = 32;

  private final Supply supply;
  private final List<Connection> connections = new ArrayList<>();

  /// Connects all clients.
  public ClosedLoop(SocketAddress address, int clients, Supply supply) throws IOException {
    this.supply = supply;
    for (int i = 0; i < clients; i++) {
      connections.add(Connection.open(address, clients == 1));
    }
  }

  /// Calls for so long, or until the supply ends. Blocks until the last answer is there.
  public Load round(Duration length) throws InterruptedException {
    return round(length, supply);
  }

  /// Calls so often, all clients together.
  public Load calls(int count) throws InterruptedException {
    var left = new AtomicInteger(count);
    Supply some = () -> left.getAndDecrement() > 0 ? supply.next() : Optional.empty();
    return round(Duration.ofMinutes(1), some);
  }

  private Load round(Duration length, Supply requests) throws InterruptedException {
    long start = System.nanoTime();
    int threads = connections.size() <= ONE_THREAD ? 1 : 2;
    var rounds = new ArrayList<ClosedRound>();
    var running = new ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      var share = new ArrayList<Connection>();
      for (int i = t; i < connections.size(); i += threads) {
        share.add(connections.get(i));
      }
      var round = new ClosedRound(share, requests, start, length.toNanos());
      rounds.add(round);
      running.add(Thread.ofPlatform().name("client-" + t).start(() -> run(round, share.size())));
    }
    for (Thread thread : running) {
      thread.join();
    }
    var all = new Recorder(start, length.toNanos());
    rounds.forEach(round -> all.add(round.recorder()));
    return all.toLoad(rounds.stream().anyMatch(ClosedRound::ranOut));
  }

  private void run(ClosedRound round, int clients) {
    try {
      round.refresh();
      if (connections.size() == 1) {
        round.blocking();
      } else if (clients > 0) {
        round.nonBlocking();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
