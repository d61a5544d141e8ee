package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.cli.terminal.Tty;

final class WhyCommandTest {
  private static final String ID = "6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11";
  private static final String USAGE =
      """
      "usage":{"start":"cold","wall_ms":3.521,"billed_ms":3.522,"memory_mb":128,
       "peak_memory_bytes":1887437,"cpu_ms":0.845,"cost_gbs":0.00044025,
       "phases":{"queue_ms":5.874,"cold_ms":0.594,"init_ms":0.389,"handler_ms":3.133}}
      """;

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void remember(int status, String members) {
    String json =
        """
        {"id":"%s","function":"hello","version":"hello@1cdb47b9dd30",
         "at":"2026-01-31T12:00:00.123456Z","status":%d,%s}
        """
            .formatted(ID, status, members);
    server.at("/api/v1/invocations/" + ID, StubServer.json(json));
  }

  private String why() {
    Shell.Result result = Shell.ol("why", ID, "--server", server.address());
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out();
  }

  @Test
  void a_call_that_answered_is_told_with_phases_and_log() {
    remember(
        200,
        """
        "outcome":"returned","cause":"The handler answered.",%s,
        "log":[{"at":"2026-01-31T11:59:59.9Z","function":"hello","invocation":"%s",
                "text":"greeting \\u001b[31mAda"}]
        """
            .formatted(USAGE, ID));
    assertThat(why())
        .isEqualTo(
            """
            hello answered (200)
              The handler answered.

              request  6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11
              version  hello@1cdb47b9dd30
              ended    2026-01-31 12:00:00.123 +00:00
              start    cold: a waiting sandbox was given the function
              memory   at most 1.8 MB of 128 MB
              CPU      0.845 ms
              billed   3.522 ms × 128 MB = 0.0004403 GB·s

              queue          5.874 ms  ███████████████████████▌
              cold           0.594 ms  ██▍
              init           0.389 ms  █▌
              handler        3.133 ms  ████████████▌
              all            9.990 ms

            It printed:
              11:59:59.900  greeting \uFFFD[31mAda
            """);
  }

  @Test
  void an_exception_is_told_with_its_traceback() {
    remember(
        500,
        """
        "outcome":"threw","cause":"The handler raised KeyError: 'name'",
        "trace":"Traceback (most recent call last):\\n  File \\"f.py\\", line 2, in f\\nKeyError: 'name'\\n",
        %s,"log":[]
        """
            .formatted(USAGE));
    assertThat(why())
        .startsWith(
            """
            hello raised an exception (500)
              The handler raised KeyError: 'name'
              Correct the line at the end of the traceback.

            """)
        .endsWith(
            """
              all            9.990 ms

              Traceback (most recent call last):
                File "f.py", line 2, in f
              KeyError: 'name'

            It printed nothing.
            """);
  }

  @Test
  void a_call_that_never_ran_has_no_figures() {
    remember(
        429,
        """
        "outcome":"rejected","cause":"The queue was full; it was not started.","log":[]
        """);
    assertThat(why())
        .isEqualTo(
            """
            hello was not started (429)
              The queue was full; it was not started.
              Call again in a moment; if it is always so, lower its limits or give the worker more.

              request  6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11
              version  hello@1cdb47b9dd30
              ended    2026-01-31 12:00:00.123 +00:00

            It printed nothing.
            """);
  }

  @Test
  void every_way_to_end_has_words_and_a_remedy() {
    remember(504, "\"outcome\":\"timed-out\",\"cause\":\"It did not end within 1000 ms.\"");
    assertThat(why()).startsWith("hello took too long (504)\n").contains("raise 'timeout'");
    assertThat(whyOf("out-of-memory")).contains("used too much memory", "raise 'memory'");
    assertThat(whyOf("crashed")).contains("its process ended", "new sandbox");
    assertThat(whyOf("lost")).contains("was lost by the platform", "server's log");
    assertThat(whyOf("of-the-future")).startsWith("hello ended (502)");
  }

  private String whyOf(String outcome) {
    String id = outcome + "-".repeat(36 - outcome.length());
    server.at(
        "/api/v1/invocations/" + id,
        StubServer.json("{\"function\":\"hello\",\"status\":502,\"outcome\":\"" + outcome + "\"}"));
    return Shell.ol("why", id, "--server", server.address()).out();
  }

  @Test
  void the_start_of_an_id_will_do_where_a_log_line_has_it() {
    remember(200, "\"outcome\":\"returned\"");
    server.at(
        "/api/v1/logs",
        StubServer.json("{\"invocation\":\"" + ID + "\"}\n{\"invocation\":\"6f2d\"}\n"));
    assertThat(Shell.ol("why", "6F2C0", "--server", server.address()).out()).contains(ID);
  }

  @Test
  void an_ambiguous_start_is_refused() {
    server.at(
        "/api/v1/logs",
        StubServer.json("{\"invocation\":\"6f2c-a\"}\n{\"invocation\":\"6f2c-b\"}\n"));
    assertThat(Shell.ol("why", "6f2c", "--server", server.address()))
        .isEqualTo(
            new Shell.Result(
                1, "", "ol why: 2 calls have an id that begins with '6f2c': give more of it\n"));
  }

  @Test
  void an_unknown_call_is_explained() {
    server.at(
        "/api/v1/invocations/",
        StubServer.problem(404, "unknown-invocation", "This invocation is not known", "a", "b"));
    Shell.Result result = Shell.ol("why", ID, "--server", server.address());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("ol why: This invocation is not known (404)\n  a\n  b\n");
  }

  @Test
  void programs_get_the_json() {
    remember(200, "\"outcome\":\"returned\"");
    assertThat(Shell.ol("why", ID, "-o", "json", "--server", server.address()).out())
        .startsWith("{\n  \"id\" : \"" + ID + "\",\n");
  }

  @Test
  void colours_are_for_terminals() {
    remember(200, "\"outcome\":\"returned\"");
    var coloured = Shell.ol("", new Tty(true, true), "why", ID, "--server", server.address());
    assertThat(coloured.out()).startsWith("\u001b[32mhello answered (200)\u001b[0m\n");
  }
}
