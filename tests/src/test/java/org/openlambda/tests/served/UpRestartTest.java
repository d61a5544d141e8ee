package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// `ol up` is stopped and started again behind callers that try again.
@Tag("root")
@Timeout(180)
final class UpRestartTest {
  private static final int RESTARTS = 3;
  private static final long CALLED_MILLIS = 1_500;

  @TempDir private Path data;
  @TempDir private Path folder;

  @Test
  void no_call_is_lost_or_made_twice_over_restarts_behind_callers_that_try_again()
      throws Exception {
    Server server = Server.up(data, "127.0.0.1:0");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String address = "127.0.0.1:" + server.port();
      AwsClient client = AwsClient.of(server).with("RESTART_FOLDER", folder);
      client.python("restart.py", "make");
      Future<String> calling = threads.submit(() -> client.python("restart.py", "call"));
      try {
        for (int i = 0; i < RESTARTS; i++) {
          Thread.sleep(CALLED_MILLIS); // they are under way
          var _ = server.stop();
          server = Server.up(data, address);
        }
        Thread.sleep(CALLED_MILLIS);
      } finally {
        Files.createFile(folder.resolve("enough"));
      }
      assertThat(calling.get()).startsWith("tried again: {").contains("ConnectionRefusedError");
      assertThat(client.python("restart.py", "check")).matches("[1-9]\\d{2,} calls ran once each");
    } finally {
      server.close();
    }
  }
}
