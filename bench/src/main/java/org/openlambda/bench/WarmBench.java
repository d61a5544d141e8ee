package org.openlambda.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/// Calls of a function that is loaded already, by some clients at once (closed loop), against a
/// bare Python loop on a Unix socket that serves the same handler to the same clients: the limit.
/// Rounds of both take turns.
final class WarmBench {
  private static final int ROUNDS = 5;

  private final List<String> ol;
  private final long roundNanos;
  private final Progress progress;

  /// @param seconds how long both are driven altogether, for each number of clients
  WarmBench(List<String> ol, int seconds, Progress progress) {
    this.ol = ol;
    this.roundNanos = seconds * 1_000_000_000L / (2 * ROUNDS);
    this.progress = progress;
  }

  List<Row> run(List<Integer> clients) throws IOException, InterruptedException {
    var rows = new ArrayList<Row>();
    try (var space = new Workspace()) {
      Path function = space.function("warm", 0);
      Path socket = space.resolve("bare.sock");
      Process bare =
          new ProcessBuilder(
                  "/usr/bin/python3",
                  "-I",
                  "-S",
                  "-E",
                  space.script("bare.py").toString(),
                  socket.toString(),
                  function.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = bare.inputReader(StandardCharsets.UTF_8);
          var server = ServerProcess.start(ol, space.functions(), List.of())) {
        if (!"ready".equals(said.readLine())) {
          throw new IOException("the bare Python loop did not start");
        }
        for (int n : clients) {
          rows.add(measure(n, server.address(), UnixDomainSocketAddress.of(socket)));
        }
      } finally {
        bare.destroy();
        bare.waitFor();
      }
    }
    return rows;
  }

  private Row measure(int clients, SocketAddress server, SocketAddress bare)
      throws InterruptedException {
    var ours = new Load(server, clients);
    var baseline = new Load(bare, clients);
    ours.round(roundNanos / 2);
    baseline.round(roundNanos / 2);
    ours.forget();
    baseline.forget();
    for (int round = 0; round < ROUNDS; round++) {
      ours.round(roundNanos);
      baseline.round(roundNanos);
      progress.at(round + 1, ROUNDS);
    }
    String who = clients == 1 ? "1 client" : clients + " clients";
    Figures warm = ours.figures("warm, " + who);
    Figures limit = baseline.figures("bare Python loop, " + who);
    return clients == 1
        ? new Row(warm, limit, warm.p50Ms() / limit.p50Ms(), "p50 of ours / p50 of baseline")
        : new Row(
            warm, limit, warm.perSecond() / limit.perSecond(), "rate of ours / rate of baseline");
  }

  /// A number of clients that call as fast as they are answered.
  private static final class Load {
    private static final byte[] REQUEST = Caller.request("/run/warm", Workspace.BODY);

    private final SocketAddress address;
    private final int clients;
    private final ConcurrentHistogram nanos = new ConcurrentHistogram(3);
    private final LongAdder errors = new LongAdder();
    private long wallNanos;

    private Load(SocketAddress address, int clients) {
      this.address = address;
      this.clients = clients;
    }

    private void round(long lengthNanos) throws InterruptedException {
      var connected = new CountDownLatch(clients);
      var go = new CountDownLatch(1);
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < clients; i++) {
        threads.add(Thread.ofPlatform().start(() -> client(connected, go, lengthNanos)));
      }
      connected.await();
      long start = System.nanoTime();
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      wallNanos += System.nanoTime() - start;
    }

    private void client(CountDownLatch connected, CountDownLatch go, long lengthNanos) {
      try (var caller = new Caller(address)) {
        errors.add(Workspace.isAnswer(caller.call(REQUEST)) ? 0 : 1);
        connected.countDown();
        go.await();
        long end = System.nanoTime() + lengthNanos;
        for (long now = System.nanoTime(); now - end < 0; ) {
          String answer = caller.call(REQUEST);
          long then = System.nanoTime();
          nanos.recordValue(then - now);
          errors.add(
              answer.length() == Workspace.ANSWER.length() || Workspace.isAnswer(answer) ? 0 : 1);
          now = then;
        }
      } catch (IOException e) {
        errors.increment();
        connected.countDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void forget() {
      nanos.reset();
      errors.reset();
      wallNanos = 0;
    }

    private Figures figures(String what) {
      return Figures.of(what, nanos, wallNanos, errors.sum());
    }
  }
}
