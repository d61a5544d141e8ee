package org.openlambda.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GaugeTest {
  @TempDir private Path folder;

  private final OpenGauges allowance = new OpenGauges(2);

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("gauge"), text);
  }

  @Test
  void a_number_alone_is_read_anew_each_time() throws IOException {
    Path file = file("17\n");
    try (Gauge gauge = new Gauge(file.toString(), allowance)) {
      assertThat(gauge.read()).isEqualTo(17);
      Files.writeString(file, "9223372036854775807\n");
      assertThat(gauge.read()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void a_line_is_found_by_its_word() throws IOException {
    Path file = file("usage_usec 12\nuser_usec 345\nsystem_usec 6\n");
    try (Gauge gauge = new Gauge(file.toString(), "user_usec", allowance)) {
      assertThat(gauge.read()).isEqualTo(345);
    }
  }

  @Test
  void a_word_that_is_not_there_is_said() throws IOException {
    Path file = file("usage_usec 12\n");
    try (Gauge gauge = new Gauge(file.toString(), "nothing", allowance)) {
      assertThatThrownBy(gauge::read).hasMessageContaining("no line of nothing");
    }
  }

  @Test
  void no_more_stay_open_than_is_allowed_and_all_can_be_read() throws IOException {
    Path file = file("17\n");
    var gauges = Stream.generate(() -> new Gauge(file.toString(), allowance)).limit(5).toList();
    for (int round = 0; round < 3; round++) {
      gauges.forEach(gauge -> assertThat(gauge.read()).isEqualTo(17));
      assertThat(open(file)).isEqualTo(2);
    }
    gauges.getFirst().close();
    assertThat(open(file)).isEqualTo(1);
    gauges.getLast().read();
    assertThat(open(file)).isEqualTo(2);
    gauges.forEach(Gauge::close);
    gauges.forEach(Gauge::close);
    assertThat(open(file)).isZero();
    assertThat(gauges.getFirst().read()).isEqualTo(17);
    gauges.getFirst().close();
  }

  private static long open(Path file) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(fd -> leadsTo(fd, file)).count();
    }
  }

  private static boolean leadsTo(Path fd, Path file) {
    try {
      return Files.readSymbolicLink(fd).equals(file);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
