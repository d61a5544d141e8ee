package org.openlambda.server.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How long a server has to come and to go.
@Timeout(60)
class PatienceTest {
  @TempDir private Path data;

  @Test
  void a_server_in_the_background_that_does_not_serve_within_a_minute_is_ended() throws Exception {
    assertThat(BackgroundStart.of(data).longest()).isEqualTo(Duration.ofSeconds(60));
    var start = new BackgroundStart(data, data.resolve("server.log"), Duration.ofMillis(600));
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Path pid = data.resolve("pid");
    var hangs = List.of("sh", "-c", "echo it begins; echo $$ >" + pid + "; exec sleep 60", "hangs");
    long begin = System.nanoTime();
    assertThatThrownBy(() -> start.run(hangs, out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was not ready after 0 s, and is ended")
        .hasMessageContaining("it begins");
    assertSoon(begin);
    assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).isEmpty();
  }

  @Test
  void a_server_that_goes_on_30_s_after_it_was_asked_to_end_is_named() throws Exception {
    assertThat(Shutdown.USUAL.longest()).isEqualTo(Duration.ofSeconds(30));
    Process deaf = started("trap '' TERM; echo ready; sleep 60");
    Process obedient = started("trap 'exit 0' TERM; echo ready; sleep 60 & wait");
    try {
      ProcessMark mark = ProcessMark.of(deaf.pid());
      long begin = System.nanoTime();
      assertThatThrownBy(() -> new Shutdown(Duration.ofMillis(200)).of(mark))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(pid " + deaf.pid() + ") was asked to end 0 s ago and has not");
      assertSoon(begin);
      assertThat(deaf.isAlive()).isTrue();
      ProcessMark other = ProcessMark.of(obedient.pid());
      assertThat(Shutdown.USUAL.of(other)).isTrue();
      assertThat(Shutdown.USUAL.of(other)).as("it has ended").isFalse();
    } finally {
      for (Process process : List.of(deaf, obedient)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    }
  }

  /// That it is this bound, and not the usual one.
  private static void assertSoon(long beginNanos) {
    assertThat(Duration.ofNanos(System.nanoTime() - beginNanos)).isLessThan(Duration.ofSeconds(15));
  }

  /// A program that heeds signals as it wants to by now.
  private static Process started(String script) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", script).start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }
}
