package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;
import org.openlambda.tests.endurance.Summary;

/// `ol up` is killed at moments of chance while functions are deployed to it: each of them is
/// afterwards exactly old or new.
@Tag("root")
final class UpCrashTest {
  /// Some five deploys, of four changes each.
  private static final int MOST_MILLIS = 1_000;

  private static final long SEED = 1;

  /// A client starts, calls each version of each function, and reads their code.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long GLANCE_MILLIS = 5;

  @TempDir private Path data;
  @TempDir private Path folder;

  @Test
  @Timeout(180)
  void functions_are_whole_after_four_kills() throws Exception {
    endure(4);
  }

  @Test
  @Tag("chaos")
  @Timeout(1_200)
  void functions_are_whole_after_a_hundred_kills() throws Exception {
    endure(100);
  }

  private void endure(int kills) throws Exception {
    var random = new Random(SEED);
    var starts = new ArrayList<Duration>();
    long begin = System.nanoTime();
    int deploys = 0;
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Server server = Server.up(data, "127.0.0.1:0");
    try {
      AwsClient client = AwsClient.of(server);
      assertThat(client.python("crash.py", "make")).isEmpty();
      for (int i = 1; i <= kills; i++) {
        Future<String> deploying = deploy(threads, client.at(server), i);
        Thread.sleep(random.nextInt(MOST_MILLIS));
        server.kill();
        deploys += Integer.parseInt(said(deploying, i));
        server = Server.up(data, "127.0.0.1:0");
        starts.add(server.startTime());
      }
      assertThat(client.at(server).python("crash.py", "check")).isEmpty();
    } finally {
      server.close(); // which ends a client that deploys
      threads.close();
      Summary.add("chaos", List.of(summary(starts, deploys, System.nanoTime() - begin)));
    }
  }

  /// Returns when it was seen that all is whole, and deploys have begun.
  private Future<String> deploy(ExecutorService threads, AwsClient client, int number)
      throws Exception {
    Path begun = folder.resolve("begun-" + number);
    Future<String> deploying =
        threads.submit(() -> client.python("crash.py", "deploy", begun.toString()));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(begun)) {
      if (deploying.isDone()) {
        said(deploying, number);
      }
      assertThat(System.nanoTime()).as("deploy %d does not begin", number).isLessThan(end);
      Thread.sleep(GLANCE_MILLIS);
    }
    return deploying;
  }

  private static String said(Future<String> deploying, int number) throws InterruptedException {
    try {
      return deploying.get();
    } catch (ExecutionException e) {
      throw new AssertionError("deploy %d, seed %d".formatted(number, SEED), e.getCause());
    }
  }

  private static String summary(List<Duration> starts, int deploys, long nanos) {
    List<Duration> sorted = starts.stream().sorted().toList();
    return sorted.isEmpty()
        ? "kill -9 of ol up during deploys: none"
        : "kill -9 of ol up during deploys: %d times in %d s, %d deploys done; starts p50 %d ms, max %d ms"
            .formatted(
                sorted.size(),
                nanos / 1_000_000_000,
                deploys,
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.getLast().toMillis());
  }
}
