package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.OpenLoop;
import org.openlambda.bench.load.Plan;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.SignedCalls.Call;
import org.openlambda.bench.up.UpServer;
import org.openlambda.tests.Machine;
import org.openlambda.tests.OwnDatabase;

/// The database of `ol up` stands still, is killed, and ends in order, while functions are called
/// whatever their answers take (open loop), one in fifty for the first time: no call notices, and
/// changes are refused with words that say when to come again, until they are made again.
@Tag("root")
final class DatabaseAwayTest {
  private static final double CALLS_PER_SECOND = 100;

  /// Calls of functions that were never called.
  private static final int ONE_IN = 50;

  private static final int CONNECTIONS = 64;
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration BACK = Duration.ofSeconds(30);

  @TempDir private Path folder;

  /// @param still how long the database stands still before it is killed
  private record Form(Duration still) {
    /// With time for it to come back three times; the last calls are after all of that.
    Duration whole() {
      return still.plusSeconds(30);
    }
  }

  @Test
  @Tag("slow")
  @Timeout(240)
  void calls_go_on_while_the_database_is_away_for_a_moment() throws Exception {
    endure(new Form(Duration.ofSeconds(3)));
  }

  @Test
  @Tag("chaos")
  @Timeout(400)
  void calls_go_on_while_the_database_is_away_for_a_minute() throws Exception {
    endure(new Form(Duration.ofSeconds(60)));
  }

  private void endure(Form form) throws Exception {
    Machine.requireSandboxes();
    Path data = folder.resolve("data");
    List<String> ol = List.of(Machine.ROOT.resolve("ol").toString());
    int fresh = (int) (form.whole().toSeconds() * CALLS_PER_SECOND / ONE_IN) + 1;
    try (UpServer server = UpServer.start(ol, data, List.of());
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var loop = new OpenLoop(server.address(), CONNECTIONS)) {
      var warm = new Call(server.first(), "warm");
      List<Call> cold =
          IntStream.range(0, fresh).mapToObj(i -> new Call(server.first(), "cold-" + i)).toList();
      server.create(List.of(warm));
      server.create(cold);
      Supply calls = mixed(SignedCalls.always(server, warm), SignedCalls.each(server, cold));
      var changes = new Changes(server);
      var database = new OwnDatabase(data);
      Future<List<String>> harm = threads.submit(() -> harm(database, changes, form));
      Load load = loop.round(form.whole(), Plan.poisson(CALLS_PER_SECOND, 1, calls));
      List<String> said = new ArrayList<>();
      said.add(
          "database away: %d calls, of them %d first ones: %s, lost %d, wrong %d; p99 %.0f ms"
              .formatted(
                  load.requests(),
                  load.requests() / ONE_IN,
                  load.statuses(),
                  load.lost(),
                  load.wrong(),
                  load.percentileMs(99)));
      said.addAll(harm.get());
      said.add("  changes meanwhile: " + changes.answers);
      Summary.add("chaos", said);
      assertThat(load.errors()).isZero();
      assertThat(load.statuses()).containsOnlyKeys(200);
      assertThat(changes.answers.keySet()).contains("503, come again").isSubsetOf(Changes.CLEAN);
      assertThat(changes.answers.get("201")).isGreaterThanOrEqualTo(4);
    }
  }

  private static Supply mixed(Supply warm, Supply cold) {
    var sent = new AtomicInteger();
    return () -> sent.incrementAndGet() % ONE_IN == 0 ? cold.next() : warm.next();
  }

  /// @return what it did, and how long changes were refused for it
  private static List<String> harm(OwnDatabase database, Changes changes, Form form)
      throws Exception {
    var said = new ArrayList<String>();
    Thread.sleep(BEFORE);
    changes.untilMade();
    try (var stopped = database.stop()) {
      changes.refusedFor(form.still);
      stopped.kill();
    }
    said.add("  after %d s still, killed".formatted(form.still.toSeconds()) + again(changes));
    database.kill();
    said.add("  killed" + again(changes));
    database.end();
    said.add("  ended in order" + again(changes));
    return said;
  }

  private static String again(Changes changes) throws Exception {
    return ": changes are made again after %d ms".formatted(changes.untilMade().toMillis());
  }

  /// Somebody who deploys.
  private static final class Changes {
    /// All that may be answered.
    static final List<String> CLEAN = List.of("201", "503, come again");

    private final UpServer server;
    private final Map<String, Integer> answers = new TreeMap<>();
    private int made;

    Changes(UpServer server) {
      this.server = server;
    }

    /// Tries to make a new function, once.
    ///
    /// @return whether it was made
    private boolean change() throws IOException, InterruptedException {
      HttpResponse<String> answer =
          server.tryToCreate(new Call(server.first(), "new-" + made), 1_000_000 + made);
      made++;
      boolean says = answer.headers().firstValue("retry-after").isPresent();
      answers.merge(answer.statusCode() + (says ? ", come again" : ""), 1, Integer::sum);
      return answer.statusCode() == 201;
    }

    /// Tries until that time is over; nothing may be made.
    void refusedFor(Duration time) throws IOException, InterruptedException {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() - end < 0) {
        assertThat(change()).as("made without a database").isFalse();
        Thread.sleep(100);
      }
    }

    /// Tries until something is made.
    ///
    /// @return how long that took
    Duration untilMade() throws IOException, InterruptedException {
      long begin = System.nanoTime();
      while (!change()) {
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BACK);
        Thread.sleep(100);
      }
      return Duration.ofNanos(System.nanoTime() - begin);
    }
  }
}
