package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// `ol up` is killed at moments of chance while functions are deployed to it: each of them is
/// afterwards exactly old or new.
@Tag("root")
final class UpCrashTest {
  private static final int MOST_MILLIS = 1_500;

  @TempDir private Path data;

  @Test
  @Timeout(180)
  void functions_are_whole_after_four_kills() throws Exception {
    endure(4);
  }

  @Test
  @Tag("chaos")
  @Timeout(1_800)
  void functions_are_whole_after_a_hundred_kills() throws Exception {
    endure(100);
  }

  private void endure(int kills) throws Exception {
    var random = new Random(1);
    Server server = Server.up(data, "127.0.0.1:0");
    try {
      AwsClient client = AwsClient.of(server);
      assertThat(client.python("crash.py", "make")).isEmpty();
      for (int i = 0; i < kills; i++) {
        AwsClient now = client.at(server);
        CompletableFuture<Void> deploying = CompletableFuture.runAsync(() -> deploy(now));
        Thread.sleep(400 + random.nextInt(MOST_MILLIS)); // the client starts for a while
        server.kill();
        deploying.join();
        server = Server.up(data, "127.0.0.1:0");
        assertThat(client.at(server).python("crash.py", "check"))
            .as("after kill %d", i + 1)
            .isEqualTo("\"whole\"");
      }
    } finally {
      server.close();
    }
  }

  private static void deploy(AwsClient client) {
    try {
      client.python("crash.py", "deploy");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
