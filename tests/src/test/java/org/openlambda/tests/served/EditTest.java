package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// A saved file is served by the next call, and nobody is disturbed by it.
@Tag("root")
@Tag("slow")
final class EditTest {
  private static final int EDITS = 50;
  private static final int CLIENTS = 4;
  private static final int CALLS_BETWEEN_EDITS = 40;
  private static final double PROMISED_MILLIS = 100;

  private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger calls = new AtomicInteger();

  /// When the first answer of each edit arrived; by its number.
  private final ConcurrentHashMap<Integer, Long> firstAnswers = new ConcurrentHashMap<>();

  private final ConcurrentHashMap<Integer, CountDownLatch> served = new ConcurrentHashMap<>();

  private volatile boolean ended;

  private static String code(int edit) {
    return "def f(event):\n    return " + edit + "\n";
  }

  @Test
  void a_saved_file_is_served_within_100_ms_under_traffic(@TempDir Path folder) throws Exception {
    var functions = Functions.in(folder.resolve("functions")).add("edited", code(0));
    try (Server server = Server.start(functions.folder(), folder.resolve("state"), "--quiet")) {
      Http http = server.http();
      assertThat(http.call("edited", "{}").body()).isEqualTo("0");
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofVirtual().start(() -> keepCalling(http)));
      }
      List<Double> millis = edit(functions);
      ended = true;
      for (Thread client : clients) {
        client.join();
      }
      System.out.printf(
          "edit → served: p50 %.1f ms, max %.1f ms over %d edits under %d calls%n",
          millis.get(EDITS / 2), millis.getLast(), EDITS, calls.get());
      assertThat(List.copyOf(failed)).as("failed calls of %d", calls.get()).isEmpty();
      assertThat(millis.get(EDITS / 2)).as("p50 in ms").isLessThanOrEqualTo(PROMISED_MILLIS);
    }
  }

  /// How long each edit took until it was served, sorted.
  private List<Double> edit(Functions functions) throws Exception {
    var millis = new ArrayList<Double>();
    for (int edit = 1; edit <= EDITS; edit++) {
      var latch = new CountDownLatch(1);
      served.put(edit, latch);
      functions.add("edited", code(edit));
      long closed = System.nanoTime();
      assertThat(latch.await(10, TimeUnit.SECONDS)).as("edit %d is served", edit).isTrue();
      long first = firstAnswers.getOrDefault(edit, closed);
      millis.add(Math.max(0, first - closed) / 1e6);
      awaitCalls(calls.get() + CALLS_BETWEEN_EDITS);
    }
    millis.sort(Double::compare);
    return millis;
  }

  private void awaitCalls(int count) throws Exception {
    assertThat(Eventually.get(calls::get, done -> done >= count)).isGreaterThanOrEqualTo(count);
  }

  private void keepCalling(Http http) {
    try {
      while (!ended) {
        Answer answer = http.call("edited", "{}");
        calls.incrementAndGet();
        if (answer.status() == 200) {
          answered(Integer.parseInt(answer.body()));
        } else {
          failed.add(answer.status() + " " + answer.body());
        }
      }
    } catch (IOException e) {
      failed.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answered(int edit) {
    firstAnswers.putIfAbsent(edit, System.nanoTime());
    CountDownLatch latch = served.get(edit);
    if (latch != null) {
      latch.countDown();
    }
  }

  @Test
  void a_running_call_finishes_on_the_old_code(@TempDir Path folder) throws Exception {
    String slow =
        """
        import time
        def f(event):
            yield 'begun\\n'
            time.sleep(0.7)
            yield 'old\\n'
        """;
    var functions = Functions.in(folder.resolve("functions")).add("edited", slow);
    try (Server server = Server.start(functions.folder(), folder.resolve("state"))) {
      Http http = server.http();
      var running = http.open(http.request("/run/edited").POST(BodyPublishers.ofString("{}")));
      try (var lines =
          new BufferedReader(new InputStreamReader(running.body(), StandardCharsets.UTF_8))) {
        assertThat(lines.readLine()).isEqualTo("begun");
        functions.add("edited", "def f(event):\n    return 'new'\n");
        Answer next =
            Eventually.get(
                () -> http.call("edited", "{}"), answer -> answer.body().equals("\"new\""));
        assertThat(next.body()).isEqualTo("\"new\"");
        assertThat(lines.readLine()).isEqualTo("old");
      }
    }
  }
}
