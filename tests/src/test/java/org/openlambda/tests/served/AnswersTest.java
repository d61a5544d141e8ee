package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;
import tools.jackson.databind.JsonNode;

/// What callers are answered, and what is remembered of their calls.
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnswersTest {
  private static final int MEBI = 1 << 20;

  private Server server;
  private Http http;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    Functions.in(folder.resolve("functions"))
        .add("echo", "def f(event):\n    return event\n")
        .add(
            "settings",
            "environment: {COLOUR: blue, N: 7}\n",
            "import os\ndef f(event):\n    return [os.environ['COLOUR'], os.environ['N']]\n")
        .write("aws", "ol.yaml", "handler: shop.orders\n")
        .write(
            "aws",
            "shop.py",
            """
            def orders(event, context):
                return {'n': event['n'] + 1, 'id': context.aws_request_id,
                        'name': context.function_name, 'mb': context.memory_limit_in_mb,
                        'left': context.get_remaining_time_in_millis()}
            """)
        .add("get-only", "triggers:\n  http: [{method: GET}]\n", "def f(event):\n    return 1\n")
        .add(
            "counter",
            "reuse-sandbox: false\n",
            "n = 0\ndef f(event):\n    global n\n    n += 1\n    return n\n")
        .add(
            "talker",
            """
            import sys
            def f(event):
                print('one')
                print('two\\nthree')
                sys.stderr.write('four\\n')
                sys.stdout.write('half')
                return None
            """)
        .add("raises", "def f(event):\n    return {}['nothing']\n")
        .add("unprintable", "def f(event):\n    return {1, 2}\n")
        .add("syntax", "def f(event)\n    return 1\n")
        .add("broken", "memroy: 64MB\ntimeout: soon\n", "def f(event):\n    return 1\n")
        .add(
            "endless",
            """
            import time
            def f(event):
                try:
                    for i in range(100000):
                        yield f'tick {i}\\n'
                        time.sleep(0.02)
                finally:
                    print('the caller went away')
            """);
    server = Server.start(folder.resolve("functions"), folder.resolve("state"));
    http = server.http();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void an_event_goes_in_and_json_comes_out() throws Exception {
    Answer answer = http.call("echo", "{\"name\":\"Ada\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("name").asString()).isEqualTo("Ada");
    assertThat(answer.type()).isEqualTo("application/json");
    assertThat(answer.id()).isNotEmpty();
  }

  @Test
  void the_environment_comes_from_ol_yaml() throws Exception {
    assertThat(http.call("settings", "{}").body()).isEqualTo("[\"blue\", \"7\"]");
  }

  @Test
  void a_handler_of_aws_is_called_with_its_context() throws Exception {
    Answer answer = http.call("aws", "{\"n\":41}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("n").asInt()).isEqualTo(42);
    assertThat(json.path("id").asString()).isEqualTo(answer.id());
    assertThat(json.path("name").asString()).isEqualTo("aws");
    assertThat(json.path("mb").asString()).isEqualTo("128");
    assertThat(json.path("left").asInt()).isBetween(20_000, 30_000);
  }

  @Test
  void a_method_that_no_trigger_allows_is_refused() throws Exception {
    Answer answer = http.call("get-only", "{}");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body()).isEqualTo("HTTP method not allowed. Sent: POST, Allowed: [GET]\n");
    assertThat(http.get("/run/get-only").status()).isEqualTo(200);
  }

  @Test
  void a_sandbox_that_is_not_reused_serves_one_call() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(http.call("counter", "{}").body()).isEqualTo("1");
    }
  }

  @Test
  void what_is_not_there_is_said() throws Exception {
    assertThat(http.call("nobody", "{}").status()).isEqualTo(404);
    assertThat(http.get("/nowhere").status()).isEqualTo(404);
    assertThat(http.get("/run/a%20b").status()).isEqualTo(400);
    assertThat(http.get("/api/v1/invocations/none").status()).isEqualTo(404);
  }

  @Test
  void a_body_that_is_no_json_is_the_callers_fault() throws Exception {
    Answer answer = http.call("echo", "{oops");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("cause").asString()).isEqualTo("bad-event");
  }

  @Test
  void a_body_larger_than_six_mebibytes_is_refused() throws Exception {
    Answer answer = http.call("echo", "\"" + "x".repeat(6 * MEBI) + "\"");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().path("requestId").asString()).isEqualTo(answer.id());
  }

  @Test
  void a_body_of_just_six_mebibytes_is_echoed() throws Exception {
    String body = "\"" + "x".repeat(6 * MEBI - 2) + "\"";
    Answer answer = http.call("echo", body);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void an_exception_gives_the_traceback_of_the_users_frames() throws Exception {
    Answer answer = http.call("raises", "{}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.type()).startsWith("text/plain");
    assertThat(answer.body())
        .contains("KeyError: 'nothing'", "f.py\", line 2", "return {}['nothing']")
        .doesNotContain("runtime.py");
    JsonNode why = http.why(answer.id());
    assertThat(why.path("outcome").asString()).isEqualTo("threw");
    assertThat(why.path("trace").asString()).isEqualTo(answer.body());
  }

  @Test
  void what_json_cannot_hold_is_the_handlers_fault() throws Exception {
    Answer answer = http.call("unprintable", "{}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("set").contains("JSON");
  }

  @Test
  void a_syntax_error_is_shown_with_its_line() throws Exception {
    Answer answer = http.call("syntax", "{}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("SyntaxError", "f.py", "line 1");
  }

  @Test
  void a_broken_ol_yaml_is_answered_with_all_its_problems() throws Exception {
    Answer answer = http.call("broken", "{}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().path("detail").asString()).contains("memroy", "memory", "timeout");
    Eventually.require(() -> String.join("\n", server.said()), said -> said.contains("memroy"));
  }

  @Test
  void every_line_printed_carries_its_invocation() throws Exception {
    String id = http.call("talker", "{}").id();
    var lines = new TreeSet<String>();
    for (JsonNode line : http.why(id).path("log")) {
      assertThat(line.path("invocation").asString()).isEqualTo(id);
      lines.add(line.path("text").asString());
    }
    assertThat(lines).isEqualTo(new TreeSet<>(Set.of("one", "two", "three", "four", "half")));
  }

  @Test
  void a_call_is_explained_afterwards() throws Exception {
    JsonNode why = http.why(http.call("echo", "{}").id());
    assertThat(why.path("function").asString()).isEqualTo("echo");
    assertThat(why.path("status").asInt()).isEqualTo(200);
    assertThat(why.path("outcome").asString()).isEqualTo("returned");
    JsonNode usage = why.path("usage");
    assertThat(usage.path("memory_mb").asInt()).isEqualTo(128);
    assertThat(usage.path("peak_memory_bytes").asLong()).isPositive();
    assertThat(usage.path("billed_ms").asDouble())
        .isGreaterThanOrEqualTo(usage.path("wall_ms").asDouble())
        .isPositive();
  }

  @Test
  void a_caller_that_goes_away_cancels_its_stream() throws Exception {
    HttpResponse<java.io.InputStream> stream =
        http.open(http.request("/run/endless").POST(BodyPublishers.ofString("{}")));
    String id = stream.headers().firstValue("x-request-id").orElseThrow();
    try (var lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("tick 0");
    }
    JsonNode why = Eventually.get(() -> http.why(id), known -> known.has("outcome"));
    assertThat(why.path("log").toString()).contains("the caller went away");
    assertThat(why.path("usage").path("wall_ms").asDouble()).isLessThan(5_000);
  }
}
