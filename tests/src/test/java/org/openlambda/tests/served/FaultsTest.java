package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// 20,000 calls of a handler that goes wrong in one of twenty: every one is answered, with the
/// right cause, and nothing is left over.
@Tag("root")
@Tag("slow")
final class FaultsTest {
  private static final int CALLS = 20_000;
  private static final int CLIENTS = 16;
  private static final int ONE_IN = 20;
  private static final long SEED = 4711;

  private static final String HANDLER =
      """
      import ctypes, os, time
      def f(event):
          match event['do']:
              case 'EXIT': os._exit(3)
              case 'CRASH': ctypes.string_at(0)
              case 'RAISE': raise ValueError('as asked')
              case 'EAT': return len(b'x' * (200 << 20))
              case 'HANG': time.sleep(60)
          return event['n']
      """;

  /// What a call asks for, how often among the faults, and what it must be answered.
  private enum Deed {
    WORK(0, 200, ""),
    EXIT(25, 502, "exited with status 3"),
    CRASH(25, 502, "signal 11"),
    RAISE(30, 500, "ValueError: as asked"),
    EAT(16, 502, "32 MiB"),
    HANG(4, 504, "2000 ms");

    private final int weight;
    private final int status;
    private final String cause;

    Deed(int weight, int status, String cause) {
      this.weight = weight;
      this.status = status;
      this.cause = cause;
    }

    static Deed draw(Random random) {
      if (random.nextInt(ONE_IN) != 0) {
        return WORK;
      }
      int left = random.nextInt(100);
      for (Deed deed : values()) {
        left -= deed.weight;
        if (left < 0) {
          return deed;
        }
      }
      throw new IllegalStateException("the weights do not add up to 100");
    }

    boolean isAnsweredBy(Answer answer, int number) {
      if (answer.status() != status || answer.id().isEmpty()) {
        return false;
      }
      return switch (this) {
        case WORK -> answer.body().equals(Integer.toString(number));
        case RAISE -> answer.body().contains(cause);
        case EXIT, CRASH, EAT, HANG ->
            answer.type().equals("application/problem+json")
                && answer.json().path("detail").asString().contains(cause)
                && answer.json().path("requestId").asString().equals(answer.id());
      };
    }
  }

  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();

  @Test
  void every_call_is_answered_with_its_cause_and_nothing_leaks(@TempDir Path folder)
      throws Exception {
    var functions = Functions.in(folder.resolve("functions"));
    functions.add("moody", "memory: 32MB\ntimeout: 2s\n", HANDLER);
    try (Server server = Server.start(functions.folder(), folder.resolve("state"), "--quiet")) {
      run(server.http(), CALLS / 20);
      Footprint before = settled(server, Integer.MAX_VALUE);
      long memoryBefore = server.residentBytes();
      long begin = System.nanoTime();
      Map<Deed, Integer> done = run(server.http(), CALLS);
      double seconds = (System.nanoTime() - begin) / 1e9;
      Footprint after = settled(server, before.openFiles() + 60);
      System.out.printf(
          "faults: %d calls from %d clients in %.1f s: %s; files %d → %d, processes %d → %d,"
              + " groups %d → %d, server memory %d → %d MiB (seed %d)%n",
          CALLS,
          CLIENTS,
          seconds,
          done,
          before.openFiles(),
          after.openFiles(),
          before.processes().size(),
          after.processes().size(),
          before.groups().size(),
          after.groups().size(),
          memoryBefore >> 20,
          server.residentBytes() >> 20,
          SEED);
      assertThat(List.copyOf(wrong)).as("wrong answers, seed %d", SEED).isEmpty();
      assertThat(after.openFiles()).isLessThanOrEqualTo(before.openFiles() + 60);
      assertThat(after.processes()).hasSizeLessThanOrEqualTo(before.processes().size() + 40);
      assertThat(after.groups()).hasSizeLessThanOrEqualTo(before.groups().size() + 200);
      assertThat(server.residentBytes()).isLessThan(memoryBefore + (256L << 20));
    }
  }

  /// Calls from all clients until `calls` more are done.
  private Map<Deed, Integer> run(Http http, int calls) throws Exception {
    next.set(0);
    var done = new EnumMap<Deed, Integer>(Deed.class);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Map<Deed, Integer>>>();
      for (int i = 0; i < CLIENTS; i++) {
        var random = new Random(SEED + i);
        Callable<Map<Deed, Integer>> client = () -> client(http, random, calls);
        running.add(clients.submit(client));
      }
      for (var client : running) {
        client.get().forEach((deed, count) -> done.merge(deed, count, Integer::sum));
      }
    }
    return done;
  }

  private Map<Deed, Integer> client(Http http, Random random, int calls) throws Exception {
    var done = new EnumMap<Deed, Integer>(Deed.class);
    for (int number = next.getAndIncrement(); number < calls; number = next.getAndIncrement()) {
      Deed deed = Deed.draw(random);
      Answer answer = http.call("moody", "{\"do\":\"%s\",\"n\":%d}".formatted(deed, number));
      done.merge(deed, 1, Integer::sum);
      if (!deed.isAnsweredBy(answer, number)) {
        wrong.add("%s: %d %s".formatted(deed, answer.status(), answer.body()));
      }
    }
    return done;
  }

  /// The footprint once no more than so many files are open: what died is buried by then.
  private static Footprint settled(Server server, int files) throws Exception {
    Footprint last = server.footprint();
    for (int i = 0; i < 8 && last.openFiles() > files; i++) { // the pool is large for a minute
      last = Eventually.get(server::footprint, footprint -> footprint.openFiles() <= files);
    }
    return last;
  }
}
