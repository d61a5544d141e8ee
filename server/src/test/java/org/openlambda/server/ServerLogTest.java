package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ServerLogTest {
  @TempDir private Path folder;

  @Test
  void what_is_logged_is_a_json_object_a_line() throws Exception {
    try (var _ = ServerLog.open(folder)) {
      LoggerFactory.getLogger("a.room")
          .warn("it is {}", "\"full\"\nnow", new IllegalStateException("why"));
    }
    LoggerFactory.getLogger("a.room").warn("after it was closed");
    JsonNode line = JsonMapper.shared().readTree(Files.readString(folder.resolve("server.log")));
    assertThat(line.get("level").stringValue()).isEqualTo("WARN");
    assertThat(line.get("loggerName").stringValue()).isEqualTo("a.room");
    assertThat(line.get("formattedMessage").stringValue()).isEqualTo("it is \"full\"\nnow");
    assertThat(line.at("/throwable/message").stringValue()).isEqualTo("why");
    assertThat(line.get("timestamp").longValue()).isPositive();
  }

  @Test
  void it_begins_anew_when_it_is_large_and_the_last_four_are_kept() throws Exception {
    long largest = 10_000;
    try (var _ = ServerLog.open(folder, largest)) {
      var log = LoggerFactory.getLogger("a.room");
      for (int i = 0; i < 12; i++) {
        log.warn("x".repeat(12_000));
        Thread.sleep(150); // it looks ten times a second
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Long> sizes = files.map(file -> file.toFile().length()).toList();
      assertThat(sizes).hasSize(5).allMatch(size -> size < 3 * largest);
    }
  }
}
