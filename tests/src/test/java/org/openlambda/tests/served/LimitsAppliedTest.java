package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.time.Patience;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// What `ol.yaml` limits is limited: for each limit a handler that runs into it, and a call after
/// it that works.
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LimitsAppliedTest {
  private static final String FILL =
      """
      import os
      def f(event):
          if event.get('good'):
              return 'good'
          with open('/tmp/big', 'wb') as file:
              try:
                  for i in range(64):
                      file.write(b'x' * 1048576)
                      file.flush()
              except OSError as e:
                  return [e.errno, i]
          return 'no limit'
      """;

  private static final String INODES =
      """
      def f(event):
          made = 0
          try:
              for i in range(100000):
                  open(f'/tmp/{i}', 'w').close()
                  made += 1
          except OSError as e:
              return [e.errno, made]
          return 'no limit'
      """;

  private static final String FORK =
      """
      import os, signal
      def f(event):
          children = []
          try:
              for i in range(200):
                  pid = os.fork()
                  if pid == 0:
                      signal.pause()
                  children.append(pid)
              return 'no limit'
          except OSError as e:
              return [e.errno, len(children)]
          finally:
              for pid in children:
                  os.kill(pid, signal.SIGKILL)
              for pid in children:
                  os.waitpid(pid, 0)
      """;

  private static final String FILES =
      """
      def f(event):
          files = []
          try:
              while len(files) < 5000:
                  files.append(open('/dev/null'))
          except OSError as e:
              return [e.errno, len(files)]
          return 'no limit'
      """;

  private static final String HUNGRY =
      """
      def f(event):
          if event.get('good'):
              return 'good'
          return len(b'x' * (event['mb'] << 20))
      """;

  private static final String SPIN =
      """
      import time
      def f(event):
          end = time.monotonic() + 1.0
          while time.monotonic() < end:
              pass
          return time.process_time()
      """;

  private static final String SLEEP =
      """
      import time
      def f(event):
          if event.get('good'):
              return 'good'
          time.sleep(60)
      """;

  private static final String CHILD_DIES =
      """
      import os, subprocess, sys
      def f(event):
          code = "print(len(b'x' * (300 << 20)))"
          end = subprocess.run([sys.executable, '-c', code], capture_output=True)
          return end.returncode
      """;

  /// What a timeout may be late.
  private static final Duration LATE = Duration.ofMillis(100);

  private Server server;
  private Http http;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    Functions.in(folder.resolve("functions"))
        .add("memory", "memory: 48MB\n", HUNGRY)
        .add("memory-default", HUNGRY)
        .add("timeout", "timeout: 300ms\n", SLEEP)
        .add("procs", "procs: 9\n", FORK)
        .add("procs-default", FORK)
        .add("tmp", "tmp: 4MB\n", FILL)
        .add("tmp-default", "memory: 512MB\n", FILL)
        .add("inodes", "tmp: 1MB\n", INODES)
        .add("files", FILES)
        .add("cpu", "cpu: 0.25\n", SPIN)
        .add("child-dies", CHILD_DIES);
    server = Server.start(folder.resolve("functions"), folder.resolve("state"));
    http = server.http();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void nextCallWorks(String function) throws Exception {
    Answer answer = http.call(function, "{\"good\":true}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("\"good\"");
  }

  private void outOfMemory(String function, int mebi, String limit) throws Exception {
    Answer answer = http.call(function, "{\"mb\":" + mebi + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(502);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    assertThat(answer.json().path("cause").asString()).isEqualTo("out-of-memory");
    assertThat(answer.json().path("detail").asString()).contains(limit);
    assertThat(answer.json().path("requestId").asString()).isEqualTo(answer.id());
    nextCallWorks(function);
  }

  @Test
  void memory_ends_at_what_ol_yaml_says() throws Exception {
    assertThat(http.call("memory", "{\"mb\":16}").status()).isEqualTo(200);
    outOfMemory("memory", 64, "48 MiB");
  }

  @Test
  void memory_ends_at_128_mebibytes_by_default() throws Exception {
    assertThat(http.call("memory-default", "{\"mb\":100}").status()).isEqualTo(200);
    outOfMemory("memory-default", 140, "128 MiB");
  }

  @Test
  void time_ends_at_what_ol_yaml_says() throws Exception {
    long begin = System.nanoTime();
    Answer answer = http.call("timeout", "{}");
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("what is killed is soon dead, and its caller told")
        .isLessThan(Patience.of(Duration.ofSeconds(2)));
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.json().path("cause").asString()).isEqualTo("timed-out");
    assertThat(answer.json().path("detail").asString()).contains("300 ms");
    double wall = http.why(answer.id()).path("usage").path("wall_ms").asDouble();
    assertThat(wall).isBetween(300.0, 300.0 + Patience.of(LATE).toMillis());
    nextCallWorks("timeout");
  }

  @Test
  void processes_end_at_what_ol_yaml_says() throws Exception {
    assertThat(http.call("procs", "{}").body()).isEqualTo("[11, 8]");
  }

  @Test
  void processes_end_at_64_by_default() throws Exception {
    assertThat(http.call("procs-default", "{}").body()).isEqualTo("[11, 63]");
  }

  @Test
  void tmp_ends_at_what_ol_yaml_says() throws Exception {
    Answer answer = http.call("tmp", "{}");
    assertThat(answer.body()).isIn("[28, 3]", "[28, 4]");
  }

  @Test
  void tmp_ends_at_64_mebibytes_by_default() throws Exception {
    assertThat(http.call("tmp-default", "{}").body()).isIn("[28, 63]", "\"no limit\"");
  }

  @Test
  void files_in_tmp_end_at_one_for_each_4_kibibytes_of_the_default() throws Exception {
    Answer answer = http.call("inodes", "{}");
    assertThat(answer.json().path(0).asInt()).as(answer.body()).isEqualTo(28);
    assertThat(answer.json().path(1).asInt()).isBetween(200, 16_384);
  }

  @Test
  void open_files_end_at_1024() throws Exception {
    Answer answer = http.call("files", "{}");
    assertThat(answer.json().path(0).asInt()).as(answer.body()).isEqualTo(24);
    assertThat(answer.json().path(1).asInt()).isBetween(1000, 1023);
  }

  @Test
  void a_quarter_of_a_core_is_no_more() throws Exception {
    double cpuSeconds = Double.parseDouble(http.call("cpu", "{}").body());
    assertThat(cpuSeconds).isBetween(0.1, 0.45);
  }

  @Test
  void a_child_that_is_killed_for_memory_does_not_end_the_handler() throws Exception {
    Answer answer = http.call("child-dies", "{}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("-9");
  }
}
