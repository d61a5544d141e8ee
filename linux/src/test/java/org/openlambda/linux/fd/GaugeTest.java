package org.openlambda.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GaugeTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("gauge"), text);
  }

  @Test
  void a_number_alone_is_read_anew_each_time() throws IOException {
    Path file = file("17\n");
    try (Gauge gauge = Gauge.open(file.toString())) {
      assertThat(gauge.read()).isEqualTo(17);
      Files.writeString(file, "9223372036854775807\n");
      assertThat(gauge.read()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void a_line_is_found_by_its_word() throws IOException {
    Path file = file("usage_usec 12\nuser_usec 345\nsystem_usec 6\n");
    try (Gauge gauge = Gauge.open(file.toString(), "user_usec")) {
      assertThat(gauge.read()).isEqualTo(345);
    }
  }

  @Test
  void a_word_that_is_not_there_is_said() throws IOException {
    Path file = file("usage_usec 12\n");
    try (Gauge gauge = Gauge.open(file.toString(), "nothing")) {
      assertThatThrownBy(gauge::read).hasMessageContaining("no line of nothing");
    }
  }
}
