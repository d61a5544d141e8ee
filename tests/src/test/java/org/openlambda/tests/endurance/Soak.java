package org.openlambda.tests.endurance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// So many calls from sixteen clients, each in a sandbox of its own, while memory is looked at.
final class Soak {
  private static final int CLIENTS = 16;
  private static final int TENTHS = 10;
  private static final long SEED = 4711;
  private static final long PAUSE_NANOS = 20_000_000;

  private final Server server;
  private final int sandboxes;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /// When each tenth of the calls had ended, by the monotonic clock.
  private final AtomicLongArray tenths = new AtomicLongArray(TENTHS + 1);

  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<Ordeal, Integer> ends = new EnumMap<>(Ordeal.class);

  Soak(Server server, int sandboxes) {
    this.server = server;
    this.sandboxes = sandboxes;
  }

  /// Runs it. Blocks until the last answer.
  ///
  /// @param samples so often memory is looked at, at equal distances
  void run(MemoryWatch memory, int samples) throws Exception {
    tenths.set(0, System.nanoTime());
    try (var _ = new Reaper(server);
        Http http = server.http();
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Map<Ordeal, Integer>>>();
      for (int i = 0; i < CLIENTS; i++) {
        var random = new Random(SEED + i);
        running.add(clients.submit(() -> client(http, random)));
      }
      for (int i = 1; i <= samples; i++) {
        await((long) sandboxes * i / samples);
        memory.sample(done.get() / 1000.0);
      }
      for (var client : running) {
        client.get().forEach((ordeal, count) -> ends.merge(ordeal, count, Integer::sum));
      }
    }
  }

  private void await(long calls) {
    while (done.get() < calls && wrong.size() < sandboxes / 10) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private Map<Ordeal, Integer> client(Http http, Random random) throws Exception {
    var mine = new EnumMap<Ordeal, Integer>(Ordeal.class);
    for (int number = next.getAndIncrement(); number < sandboxes; number = next.getAndIncrement()) {
      Ordeal ordeal = Ordeal.draw(random);
      judge(ordeal, number, http);
      mine.merge(ordeal, 1, Integer::sum);
      int ended = done.incrementAndGet();
      if ((long) ended * TENTHS % sandboxes == 0) {
        tenths.set((int) ((long) ended * TENTHS / sandboxes), System.nanoTime());
      }
    }
    return mine;
  }

  private void judge(Ordeal ordeal, int number, Http http) throws InterruptedException {
    try {
      Answer answer = http.call(ordeal.function(), ordeal.event(number));
      if (!ordeal.isAnsweredBy(answer, number)) {
        wrong.add("%s: %d %s".formatted(ordeal, answer.status(), answer.body()));
      }
    } catch (IOException e) {
      wrong.add("%s: %s".formatted(ordeal, e));
    }
  }

  /// Answers that were not what they should be, the first twenty.
  List<String> wrong() {
    return wrong.stream().limit(20).toList();
  }

  /// Sandboxes a second between the ends of two tenths.
  private double rate(int from, int to) {
    double seconds = (tenths.get(to) - tenths.get(from)) / 1e9;
    return (double) sandboxes * (to - from) / TENTHS / seconds;
  }

  /// What happened, in lines for people.
  List<String> report() {
    double first = rate(0, 1);
    double last = rate(TENTHS - 1, TENTHS);
    return List.of(
        "%,d sandboxes from %d clients in %.1f s: %.0f/s; first tenth %.0f/s, last %.0f/s (%+.0f %%)"
            .formatted(
                sandboxes,
                CLIENTS,
                (tenths.get(TENTHS) - tenths.get(0)) / 1e9,
                rate(0, TENTHS),
                first,
                last,
                (last / first - 1) * 100),
        "ends: %s (seed %d); answers that were wrong: %d".formatted(ends, SEED, wrong.size()));
  }
}
