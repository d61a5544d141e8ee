package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;
import org.openlambda.tests.endurance.Flood.Ended;

/// Ten times the calls that can be served, whether they are answered or not: those that can be are
/// served as before, the others refused, and when it is over all is as it was.
@Tag("root")
final class OverloadTest {
  private static final int TIMES = 10;
  private static final double LEAST_GOODPUT = 0.9;
  private static final Duration RECOVERY = Duration.ofSeconds(1);
  private static final long MOST_MEMORY = 512L << 20;

  /// So many probes in a row must be fast.
  private static final int CALM = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// 50 ms of a processor: few calls make overload, so that making and refusing them costs little
  /// beside serving.
  private static final String SPIN =
      """
      import time
      def f(event):
          end = time.process_time() + 0.05
          while time.process_time() < end:
              pass
          return 1
      """;

  @Test
  @Tag("overload")
  void a_short_overload_harms_no_call_that_is_let_in(@TempDir Path folder) throws Exception {
    overload(folder, Duration.ofSeconds(3), Duration.ofSeconds(6));
  }

  @Test
  @Tag("chaos")
  void half_a_minute_of_overload_harms_no_call_that_is_let_in(@TempDir Path folder)
      throws Exception {
    overload(folder, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private static void overload(Path folder, Duration measured, Duration duration) throws Exception {
    Functions functions = Functions.in(folder.resolve("functions")).add("spin", SPIN);
    int cores = Runtime.getRuntime().availableProcessors();
    try (Server server = Server.start(functions.folder(), folder.resolve("state"), "--quiet");
        Http http = server.http()) {
      var flood = new Flood(http, "spin");
      flood.closed(2 * cores, measured); // warm-up
      List<Ended> peak = flood.closed(2 * cores, measured);
      double sustained = peak.size() / (measured.toNanos() / 1e9);
      long usual = median(flood.closed(1, Duration.ofSeconds(1)));
      long memoryBefore = server.residentBytes();

      var memory = new Watch(server);
      long begin = System.nanoTime();
      flood.open(TIMES * sustained, duration);
      long end = System.nanoTime();
      long recovery = recovery(new Flood(http, "spin"), usual, end);
      long sent = (long) (TIMES * sustained * duration.toNanos() / 1e9);
      List<Ended> all = awaitAll(flood, sent);
      long most = memory.most();

      double goodput = Flood.goodput(all, begin + (end - begin) / 4, end);
      Summary.add(
          "chaos",
          List.of(
              "overload: %.0f calls/s for %d s where %.0f/s can be served: %s"
                  .formatted(TIMES * sustained, duration.toSeconds(), sustained, Flood.ends(all)),
              "  goodput %.0f/s (%.0f %% of the peak); usual latency %.0f ms, again after %.0f ms"
                  .formatted(goodput, 100 * goodput / sustained, usual / 1e6, recovery / 1e6),
              "  server memory %d → at most %d MiB".formatted(memoryBefore >> 20, most >> 20)));
      assertThat(all).hasSize((int) sent);
      assertThat(Flood.ends(all.stream().filter(call -> !call.isAnswered()).toList())).isEmpty();
      assertThat(most).isLessThan(memoryBefore + MOST_MEMORY);
      assertThat(goodput).isGreaterThan(LEAST_GOODPUT * sustained);
      assertThat(Duration.ofNanos(recovery)).isLessThan(RECOVERY);
    }
  }

  private static long median(List<Ended> calls) {
    return calls.stream()
        .mapToLong(Ended::nanos)
        .sorted()
        .skip(calls.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /// From `end` to the begin of the first of a few probes in a row that take no longer than twice
  /// the usual time.
  private static long recovery(Flood probes, long usual, long end) {
    long since = System.nanoTime();
    int calm = 0;
    while (calm < CALM && System.nanoTime() - end < PATIENCE.toNanos()) {
      if (calm == 0) {
        since = System.nanoTime();
      }
      Ended probe = probes.probe();
      calm = probe.isGood() && probe.nanos() < 2 * usual ? calm + 1 : 0;
    }
    return since - end;
  }

  private static List<Ended> awaitAll(Flood flood, long sent) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (flood.ended().size() < sent && System.nanoTime() - limit < 0) {
      LockSupport.parkNanos(50_000_000);
    }
    return flood.ended();
  }

  /// Looks at the server's memory again and again.
  private static final class Watch {
    private final AtomicLong most = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    Watch(Server server) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                while (!closed) {
                  most.accumulateAndGet(bytes(server), Math::max);
                  LockSupport.parkNanos(100_000_000);
                }
              });
    }

    private static long bytes(Server server) {
      try {
        return server.residentBytes();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    long most() throws InterruptedException {
      closed = true;
      thread.join();
      return most.get();
    }
  }
}
