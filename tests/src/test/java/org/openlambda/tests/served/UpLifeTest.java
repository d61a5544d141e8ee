package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.OwnDatabase;
import org.openlambda.tests.Server;

/// What `ol up` keeps, whatever happens to it.
@Tag("root")
@Timeout(300)
final class UpLifeTest {
  @TempDir private Path data;

  private OwnDatabase database() {
    return new OwnDatabase(data);
  }

  @Test
  void what_was_deployed_is_there_after_a_stop_and_after_a_kill() throws Exception {
    AwsClient client;
    try (Server first = Server.up(data, "127.0.0.1:0")) {
      client = AwsClient.of(first);
      assertThat(client.step("make", "kept")).isEqualTo("made");
      assertThat(client.step("call", "kept")).isEqualTo("kept");
    }
    assertThat(database().processes()).isEmpty();
    try (Server second = Server.up(data, "127.0.0.1:0")) {
      assertThat(client.at(second).step("call", "kept")).isEqualTo("kept");
      assertThat(second.said())
          .as("the key is not shown again")
          .noneMatch(line -> line.contains("SECRET"));
      second.kill();
    }
    Eventually.require(database()::processes, List::isEmpty); // they end with their server
    try (Server third = Server.up(data, "127.0.0.1:0")) {
      assertThat(client.at(third).step("call", "kept")).isEqualTo("kept");
      assertThat(client.at(third).step("list")).isEqualTo("kept");
    }
  }

  @Test
  void what_its_database_says_is_kept_up_to_a_bound() throws Exception {
    Path log = data.resolve("postgres/server.log");
    try (Server _ = Server.up(data, "127.0.0.1:0")) {
      Files.write(log, new byte[8 << 20], StandardOpenOption.APPEND);
      Eventually.require(() -> Files.size(log), size -> size < 1 << 20);
      assertThat(data.resolve("postgres/server.log.1")).isRegularFile();
    }
  }

  @Test
  void without_its_database_functions_are_called_and_changes_refused_until_it_is_back()
      throws Exception {
    try (Server server = Server.up(data, "127.0.0.1:0")) {
      AwsClient client = AwsClient.of(server);
      assertThat(client.step("make", "one")).isEqualTo("made");
      try (var stopped = database().stop()) {
        assertThat(client.step("call", "one")).isEqualTo("one");
        assertThat(client.step("make", "two")).isEqualTo("503 ServiceException");
        assertThat(client.step("call", "one")).isEqualTo("one");
        stopped.kill();
      }
      Eventually.require(() -> client.step("make", "three"), "made"::equals);
      assertThat(client.step("call", "three")).isEqualTo("three");
      assertThat(client.step("call", "one")).isEqualTo("one");
    }
  }
}
