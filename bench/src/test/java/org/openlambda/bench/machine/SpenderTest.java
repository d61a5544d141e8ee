package org.openlambda.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SpenderTest {
  /// Uses 0.3 s of processor time itself, 0.3 s in a child that is there, 0.3 s in one that is not.
  private static final String THREE_PARTS =
      """
      import os, sys, time
      def use():
          end = time.process_time() + 0.3
          while time.process_time() < end:
              pass
      r, w = os.pipe()
      if not os.fork():
          use(); os.write(w, b"x"); sys.stdin.read(); os._exit(0)
      if not (gone := os.fork()):
          use(); os._exit(0)
      os.waitpid(gone, 0)
      use(); os.read(r, 1); print("done", flush=True); sys.stdin.read()
      """;

  @Test
  void a_tree_is_a_process_its_children_and_those_that_are_gone() throws Exception {
    Process process = new ProcessBuilder("python3", "-I", "-c", THREE_PARTS).start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("done");
      long micros = Spender.tree("all", process.pid()).cpuMicros().getOrDefault("all", 0L);
      // beside that only an interpreter's start
      assertThat(micros).isBetween(880_000L, 1_600_000L);
    } finally {
      process.getOutputStream().close();
      process.waitFor();
    }
  }

  @Test
  void a_process_that_is_gone_spends_nothing() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    assertThat(Spender.tree("gone", process.pid()).cpuMicros()).containsEntry("gone", 0L);
  }

  @Test
  void the_client_is_this_process() {
    long before = Spender.client().cpuMicros().getOrDefault("client", -1L);
    long end = System.nanoTime() + 50_000_000;
    long n = 0;
    while (System.nanoTime() < end || n == 0) {
      n++;
    }
    assertThat(Spender.client().cpuMicros().getOrDefault("client", -1L))
        .isGreaterThanOrEqualTo(Math.max(before, 10_000));
  }
}
