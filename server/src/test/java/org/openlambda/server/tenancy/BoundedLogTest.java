package org.openlambda.server.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.units.Bytes;

@Timeout(60)
class BoundedLogTest {
  private static final Bytes MOST = Bytes.kibi(64);

  @TempDir private Path folder;

  /// 20 times more than is allowed, by somebody who knows nothing of it.
  @Test
  void two_files_of_the_bound_are_kept_and_the_newest_lines() throws Exception {
    Path file = folder.resolve("server.log");
    Path old = folder.resolve("server.log.1");
    try (var out =
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        var _ = new BoundedLog(file, MOST, Duration.ofMillis(1))) {
      for (int round = 0; round < 20; round++) {
        String mark = "round " + round + "\n";
        out.write((mark + "x".repeat((int) MOST.count())).getBytes(StandardCharsets.UTF_8));
        await(file);
        assertThat(Files.size(old)).isBetween(MOST.count(), MOST.count() + 2L * mark.length());
        assertThat(Files.readString(old)).contains(mark);
      }
      out.write("the last\n".getBytes(StandardCharsets.UTF_8));
      assertThat(Files.readString(file)).isEqualTo("the last\n");
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  private static void await(Path file) throws IOException, InterruptedException {
    while (Files.size(file) > MOST.count()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
