package org.openlambda.bench.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;
import org.openlambda.bench.machine.ServerProcess;

/// Sends the calls of an hour when they are due, whatever became of those before, and looks at the
/// memory meanwhile. The caller's thread sends; answers come on the client's.
final class Replay {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_NANOS = 250_000_000;

  /// The slowdown of a call that takes less is not told from its way to the server and back.
  static final double LEAST_SECONDS = 0.001;

  private final Hour hour;
  private final ServerProcess server;
  private final long startNanos = System.nanoTime();

  // guarded by this
  private final Recorder recorder;
  private final Histogram slowdowns = new Histogram(3);
  private long cold;

  /// @param load of all calls
  /// @param thousandths latencies / time of the handler, times 1,000
  /// @param coldShare of the answers, those of a handler that had not served before
  /// @param memoryMb that was used more than before, on average
  record Outcome(Load load, Histogram thousandths, double coldShare, double memoryMb) {}

  Replay(Hour hour, ServerProcess server, Duration length) {
    this.hour = hour;
    this.server = server;
    this.recorder = new Recorder(startNanos, length.toNanos());
  }

  Outcome run(List<Hour.Call> calls, long availableBeforeMb) throws IOException {
    var answers = new ArrayList<CompletableFuture<?>>();
    double usedMb = 0;
    int looks = 0;
    try (var client = HttpClient.newHttpClient()) {
      for (Hour.Call call : calls) {
        long due = startNanos + call.dueNanos();
        while (due - System.nanoTime() > 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        answers.add(send(client, call, due));
        if (System.nanoTime() - startNanos >= looks * LOOK_NANOS) {
          usedMb += availableBeforeMb - Census.availableMb();
          looks++;
        }
      }
      answers.forEach(CompletableFuture::join);
    }
    return outcome(usedMb / Math.max(1, looks));
  }

  private CompletableFuture<?> send(HttpClient client, Hour.Call call, long due) {
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/run/azure-%d"
                .formatted(server.address().getPort(), call.function()));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    double seconds = hour.functions().get(call.function()).seconds();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .handle((answer, failure) -> note(answer, due, seconds));
  }

  /// @param answer null if none came
  private synchronized boolean note(@Nullable HttpResponse<String> answer, long due, double secs) {
    long now = System.nanoTime();
    if (answer == null) {
      recorder.lost(due, now);
      return false;
    }
    boolean right = answer.statusCode() == 200 && answer.body().startsWith("{\"calls\": ");
    recorder.answered(due, now, answer.statusCode(), right);
    if (right) {
      cold += answer.body().equals("{\"calls\": 1}") ? 1 : 0;
      slowdowns.recordValue((long) ((now - due) / 1e6 / Math.max(LEAST_SECONDS, secs)));
    }
    return right;
  }

  private synchronized Outcome outcome(double memoryMb) {
    double share = cold / (double) Math.max(1, slowdowns.getTotalCount());
    return new Outcome(recorder.toLoad(false), slowdowns, share, memoryMb);
  }
}
