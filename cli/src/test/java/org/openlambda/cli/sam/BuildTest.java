package org.openlambda.cli.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BuildTest {
  @TempDir private Path folder;

  @Test
  void pip_has_ten_minutes_and_is_ended_then() throws Exception {
    assertThat(Build.LONGEST).isEqualTo(Duration.ofMinutes(10));
    try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var build = Build.open(Duration.ofSeconds(1))) {
      String index = "http://127.0.0.1:" + silent.getLocalPort() + "/";
      Files.writeString(
          folder.resolve("requirements.txt"), "--index-url " + index + "\nabsent==1.0\n");
      Files.writeString(folder.resolve("app.py"), "x = 1\n");
      long begin = System.nanoTime();
      assertThatThrownBy(() -> build.layer(new SamLayer("L", "l", folder, true)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("requirements.txt in 1 s, and is ended");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
      try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
        assertThat(children.filter(child -> child.info().commandLine().orElse("").contains("pip")))
            .isEmpty();
      }
    }
  }
}
