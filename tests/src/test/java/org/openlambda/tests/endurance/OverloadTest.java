package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.OpenLoop;
import org.openlambda.bench.load.Plan;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Server;

/// Ten times the calls that can be served, whether they are answered or not: those that can be are
/// served as before, the others refused, and when it is over all is as it was.
@Tag("root")
final class OverloadTest {
  private static final int TIMES = 10;
  private static final long MOST_MEMORY = 512L << 20;

  /// So many probes in a row must be fast.
  private static final int CALM = 5;

  /// More than calls under way.
  private static final int CONNECTIONS = 1_024;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// 200 ms of a processor: few calls make overload, so that making and refusing them costs little
  /// beside serving.
  private static final String SPIN =
      """
      import time
      def f(event):
          end = time.process_time() + 0.2
          while time.process_time() < end:
              pass
          return 1
      """;

  /// @param measured how long each measurement before takes
  /// @param duration of the overload
  /// @param goodput least, of what is served without overload
  /// @param recovery most time after its end until calls are as fast as before
  private record Form(Duration measured, Duration duration, double goodput, Duration recovery) {}

  /// Too short to measure goodput and recovery well, and other tests' remains beside it: these two
  /// bounds are wide here, all others the same.
  @Test
  @Tag("slow")
  void a_short_overload_harms_no_call_that_is_let_in(@TempDir Path folder) throws Exception {
    overload(folder, new Form(seconds(4), seconds(8), 0.7, seconds(3)));
  }

  @Test
  @Tag("chaos")
  void half_a_minute_of_overload_harms_no_call_that_is_let_in(@TempDir Path folder)
      throws Exception {
    overload(folder, new Form(seconds(10), seconds(30), 0.9, seconds(1)));
  }

  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }

  private static void overload(Path folder, Form form) throws Exception {
    Functions functions = Functions.in(folder.resolve("functions")).add("spin", SPIN);
    int cores = Runtime.getRuntime().availableProcessors();
    Supply spin = Supply.always(Request.post("/run/spin", "1", "1"));
    try (Server server = Server.start(functions.folder(), folder.resolve("state"), "--quiet");
        var closed = new ClosedLoop(address(server), 2 * cores, spin);
        var open = new OpenLoop(address(server), CONNECTIONS);
        var single = new ClosedLoop(address(server), 1, spin)) {
      // Of the server: compiling what a refusal needs would cost the calls that are let in.
      open.round(form.measured, Plan.fixed(TIMES * closed.round(form.measured).perSecond(), spin));
      double sustained = closed.round(form.measured).perSecond();
      long usual = single.round(form.measured).nanos().getValueAtPercentile(50);
      long memoryBefore = server.residentBytes();

      var memory = new Watch(server);
      long end = System.nanoTime() + form.duration.toNanos();
      var witness = new Witness(server);
      Load load =
          open.round(form.duration, Plan.fixed(TIMES * sustained, spin)); // to the last answer
      List<String> seen = witness.seen();
      long recovery = firstOfCalm(single, usual) - end;
      long most = memory.most();

      Summary.add(
          "chaos",
          List.of(
              "overload: %.0f calls/s for %d s where %.1f/s can be served: %s, lost %d"
                  .formatted(
                      TIMES * sustained,
                      form.duration.toSeconds(),
                      sustained,
                      load.statuses(),
                      load.lost()),
              "  goodput %.1f/s (%.0f %% of the peak); usual latency %.0f ms, again after %.0f ms"
                  .formatted(
                      load.perSecond(),
                      100 * load.perSecond() / sustained,
                      usual / 1e6,
                      recovery / 1e6),
              "  server memory %d → at most %d MiB".formatted(memoryBefore >> 20, most >> 20)));
      long sent = (long) (TIMES * sustained * form.duration.toNanos() / 1e9);
      assertThat(load.requests()).isBetween(sent, sent + 1);
      assertThat(seen).contains("429, come again").isSubsetOf("200", "429, come again");
      assertThat(load.lost()).isZero();
      assertThat(load.statuses()).containsOnlyKeys(200, 429);
      assertThat(most).isLessThan(memoryBefore + MOST_MEMORY);
      assertThat(load.perSecond()).isGreaterThan(form.goodput * sustained);
      assertThat(Duration.ofNanos(recovery)).isLessThan(form.recovery);
    }
  }

  private static InetSocketAddress address(Server server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  /// The begin of the first of a few calls in a row that take no longer than twice the usual time.
  private static long firstOfCalm(ClosedLoop single, long usual) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    long since = System.nanoTime();
    for (int calm = 0; calm < CALM && System.nanoTime() - limit < 0; ) {
      if (calm == 0) {
        since = System.nanoTime();
      }
      Load probe = single.calls(1);
      calm = probe.errors() == 0 && probe.nanos().getMaxValue() < 2 * usual ? calm + 1 : 0;
    }
    return since;
  }

  /// One more caller, who looks whether refusals say when to come again.
  private static final class Witness {
    private static final String ONE_CALL =
        "POST /run/spin HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
            + "content-length: 1\r\n\r\n1";

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean closed;

    Witness(Server server) {
      thread = Thread.ofVirtual().start(() -> call(server));
    }

    /// By hand: a client that has to be compiled first would take what is measured.
    private void call(Server server) {
      while (!closed) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          socket.getOutputStream().write(ONE_CALL.getBytes(StandardCharsets.US_ASCII));
          seen.add(ending(socket.getInputStream().readAllBytes()));
        } catch (IOException e) {
          seen.add("no answer: " + e);
        }
        LockSupport.parkNanos(500_000_000);
      }
    }

    private static String ending(byte[] answer) {
      String text = new String(answer, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
      String status = text.substring("http/1.1 ".length(), "http/1.1 200".length());
      return status + (text.contains("\r\nretry-after: ") ? ", come again" : "");
    }

    /// Waits for the call that it makes just now, and no longer: recovery is measured meanwhile.
    List<String> seen() throws InterruptedException {
      closed = true;
      LockSupport.unpark(thread);
      thread.join();
      return seen;
    }
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
