package org.openlambda.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.cli.terminal.Tty;

final class InvokeCommandTest {
  private static final String ID = "6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11";
  private static final String[] FIGURES = {
    "x-request-id", ID,
    "server-timing", "queue;dur=0.020, handler;dur=0.400",
    "x-ol-billed-ms", "0.400",
    "x-ol-memory-mb", "128",
    "x-ol-cost-gbs", "0.000050000"
  };

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Shell.Result invoke(String... arguments) {
    return invokeWithInput("", arguments);
  }

  private Shell.Result invokeWithInput(String input, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "invoke";
    all[1] = "--server";
    all[2] = server.address();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Shell.ol(input, Tty.NONE, all);
  }

  private StubServer.Seen request() {
    return server.seen().getFirst();
  }

  @Test
  void the_body_goes_to_the_standard_output_unchanged() {
    server.at("/run/", StubServer.json("{\"hello\": \"Ada\"}"));
    assertThat(invoke("hello", "-d", "{\"name\":\"Ada\"}"))
        .isEqualTo(new Shell.Result(0, "{\"hello\": \"Ada\"}", ""));
    assertThat(request())
        .isEqualTo(
            new StubServer.Seen("POST /run/hello", "application/json", "{\"name\":\"Ada\"}"));
  }

  @Test
  void data_comes_from_a_file_or_the_standard_input(@TempDir Path folder) throws IOException {
    server.at("/run/", StubServer.json("1"));
    Path file = Files.writeString(folder.resolve("event.json"), "[1]");
    invoke("hello", "-d", "@" + file);
    invokeWithInput("[2]", "hello", "-d", "-");
    assertThat(server.seen()).extracting(StubServer.Seen::body).containsExactly("[1]", "[2]");
  }

  @Test
  void method_path_query_and_header_are_the_callers() {
    server.at("/run/", StubServer.json("1"));
    invoke(
        "shop",
        "-X",
        "PUT",
        "--path",
        "/a b/ä?x=1&y=%20",
        "-H",
        "Content-Type: text/csv",
        "-d",
        "1,2");
    assertThat(request())
        .isEqualTo(new StubServer.Seen("PUT /run/shop/a%20b/%C3%A4?x=1&y=%20", "text/csv", "1,2"));
  }

  @Test
  void a_piece_of_a_stream_arrives_before_the_next_is_sent() throws Exception {
    var firstSeen = new CountDownLatch(1);
    server.at(
        "/run/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("one\n".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          await(firstSeen);
          exchange.getResponseBody().write("two\n".getBytes(UTF_8));
        });
    var bytes = new ByteArrayOutputStream();
    var out =
        new PrintStream(bytes, false, UTF_8) {
          @Override
          public void flush() {
            super.flush();
            if (bytes.toString(UTF_8).equals("one\n")) {
              firstSeen.countDown();
            }
          }
        };
    assertThat(Shell.olInto(out, "invoke", "s", "--server", server.address())).isZero();
    assertThat(bytes.toString(UTF_8)).isEqualTo("one\ntwo\n");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("the first piece was not seen within 10 s");
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  @Test
  void verbose_tells_id_timing_and_billing_beside_the_body() {
    server.at("/run/", StubServer.whole(200, "application/json", "1", FIGURES));
    assertThat(invoke("hello", "-v"))
        .isEqualTo(
            new Shell.Result(
                0,
                "1",
                """
                request  6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11
                status   200
                timing   queue 0.020 ms, handler 0.400 ms
                billed   0.400 ms × 128 MB = 0.0000500 GB·s
                """));
  }

  @Test
  void figures_of_a_stream_are_asked_for_when_it_has_ended() {
    server.at("/run/", StubServer.whole(200, "text/plain", "1", "x-request-id", ID));
    server.at(
        "/api/v1/invocations/" + ID,
        StubServer.json(
            """
            {"usage":{"billed_ms":2.5,"memory_mb":64,"cost_gbs":0.00015625,
             "phases":{"queue_ms":0.5,"handler_ms":2.0}}}
            """));
    assertThat(invoke("hello", "-v").err())
        .contains("timing   queue 0.500 ms, handler 2.000 ms")
        .contains("billed   2.500 ms × 64 MB = 0.0001563 GB·s");
  }

  @Test
  void include_prints_status_and_header_first() {
    server.at("/run/", StubServer.whole(201, "text/plain", "made", "x-request-id", ID));
    assertThat(invoke("hello", "-i").out())
        .startsWith("HTTP/1.1 201\n")
        .contains("content-type: text/plain\n", "x-request-id: " + ID + "\n")
        .endsWith("\n\nmade");
  }

  @Test
  void a_function_that_fails_is_status_1_and_its_answer_the_output() {
    server.at("/run/", StubServer.whole(500, "text/plain", "Traceback …\n", FIGURES));
    assertThat(invoke("hello"))
        .isEqualTo(
            new Shell.Result(1, "Traceback …\n", "answered 500; 'ol why " + ID + "' says more\n"));
  }

  @Test
  void an_error_of_the_server_is_explained() {
    server.at(
        "/run/",
        StubServer.problem(
            404,
            "unknown-function",
            "There is no such function",
            "No function is called 'helo'.",
            "Check the spelling against 'ol ls', or install it."));
    assertThat(invoke("helo"))
        .isEqualTo(
            new Shell.Result(
                1,
                "",
                """
                There is no such function (404)
                  No function is called 'helo'.
                  Check the spelling against 'ol ls', or install it.
                  request 6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11
                """));
  }

  @Test
  void a_problem_that_the_function_itself_answers_is_its_answer() {
    String own = "{\"type\":\"about:blank\",\"title\":\"no\"}";
    server.at("/run/", StubServer.whole(409, "application/problem+json", own, FIGURES));
    assertThat(invoke("hello").out()).isEqualTo(own);
  }

  @Test
  void an_answer_that_breaks_off_says_so() {
    server.at(
        "/run/",
        exchange -> {
          exchange.getResponseHeaders().set("x-request-id", ID);
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('1');
          exchange.getResponseBody().flush();
        });
    Shell.Result result = invoke("hello");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEqualTo("1");
    assertThat(result.err())
        .startsWith("ol invoke: the answer broke off (")
        .contains("'ol why " + ID + "' says why");
  }

  @Test
  void wrong_arguments_are_status_2_and_one_sentence() {
    assertThat(invoke("hello", "-H", "nonsense").err())
        .isEqualTo(
            """
            ol invoke: -H: 'nonsense' is no header field: use 'NAME: VALUE'
              'ol invoke --help' shows how it is used
            """);
    assertThat(invoke("hello", "-d", "@/nowhere/event.json").err())
        .startsWith("ol invoke: -d: there is no file /nowhere/event.json that can be read");
    assertThat(invoke("hello", "-X", "A B").status()).isEqualTo(2);
    assertThat(invoke().status()).isEqualTo(2);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void without_a_server_it_is_status_3_and_says_how_to_start_one() {
    String address = server.address();
    server.close();
    assertThat(Shell.ol("invoke", "hello", "--server", address))
        .isEqualTo(
            new Shell.Result(
                3,
                "",
                "ol invoke: no server answers at %s: start one with 'ol dev DIR', or name another with --server or OL_SERVER%n"
                    .formatted(address)));
  }
}
