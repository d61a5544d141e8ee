package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/// What is at the edge of what is allowed, and just beyond it.
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EdgesTest {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final Pattern WAITING = Pattern.compile("(\\d+) sandboxes wait");

  private Server server;
  private Http http;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    Functions.in(folder.resolve("functions"))
        .add("long-line", "def f(event):\n    print('x' * event['n'])\n")
        .add("many-lines", "def f(event):\n    for i in range(event['n']):\n        print(i)\n")
        .add("large", "def f(event):\n    return 'x' * event['n']\n")
        .add(
            "headers",
            """
            def app(environ, start_response):
                n = int(environ['QUERY_STRING'])
                start_response('200 OK', [(f'X-{i}', 'v') for i in range(n)])
                return [str(sum(k.startswith('HTTP_X_') for k in environ)).encode()]
            """)
        .add(
            "late",
            "import time\ndef f(event):\n    time.sleep(1)\n    print('finished ' + event['who'])\n")
        .add("bad-status", status(99))
        .add("bad-header", header("'X-Bad', 'a\\nb'"))
        .add("unicode", "def f(event):\n    print('caf\u00e9 \u2615')\n    return event\n")
        .add(
            "async-one",
            "import asyncio\nasync def f(event):\n    await asyncio.sleep(0.01)\n    return 'a'\n");
    server = Server.start(folder.resolve("functions"), folder.resolve("state"));
    http = server.http();
  }

  private static String status(int status) {
    return "def app(environ, start_response):\n    start_response('%d X', [])\n    return []\n"
        .formatted(status);
  }

  private static String header(String field) {
    return "def app(environ, start_response):\n    start_response('200 OK', [(%s)])\n    return []\n"
        .formatted(field);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private JsonNode log(String function, String event) throws Exception {
    return http.why(http.call(function, event).id()).path("log");
  }

  @Test
  void a_line_longer_than_16_kibibytes_is_cut_into_pieces() throws Exception {
    JsonNode log = log("long-line", "{\"n\":20000}");
    assertThat(log.size()).isEqualTo(2);
    assertThat(log.path(0).path("text").asString()).hasSize(LONGEST_LINE);
    assertThat(log.path(1).path("text").asString()).hasSize(20_000 - LONGEST_LINE);
  }

  @Test
  void a_flood_of_lines_keeps_the_newest_and_says_so() throws Exception {
    JsonNode log = log("many-lines", "{\"n\":5000}");
    assertThat(log.size()).isLessThanOrEqualTo(1_001);
    assertThat(log.path(log.size() - 1).path("text").asString()).isEqualTo("4999");
    assertThat(log.path(0).path("text").asString()).containsPattern("[0-9]+ .*lines?");
  }

  @Test
  void an_answer_may_be_larger_than_a_request() throws Exception {
    Answer answer = http.call("large", "{\"n\":20000000}");
    assertThat(answer.status()).as(answer.type()).isEqualTo(200);
    assertThat(answer.body()).hasSize(20_000_002);
  }

  @Test
  void hundreds_of_header_fields_have_an_end() throws Exception {
    assertThat(http.get("/run/headers?200").status()).isEqualTo(200);
    Answer many = http.get("/run/headers?300");
    assertThat(many.status()).isEqualTo(500);
    assertThat(many.body()).contains("300 headers cannot be sent; at most 256 can");
    var request = http.request("/run/headers?0").GET();
    for (int i = 0; i < 200; i++) {
      request.header("X-" + i, "v");
    }
    assertThat(http.send(request).body()).isEqualTo("200");
  }

  @Test
  void a_caller_that_goes_away_lets_a_plain_call_finish() throws Exception {
    CompletableFuture<?> call =
        http.begin(http.request("/run/late").POST(BodyPublishers.ofString("{\"who\":\"alone\"}")));
    Eventually.require(() -> http.get("/debug").body(), debug -> debug.contains("running"));
    assertThat(call.cancel(true)).isTrue();
    Eventually.require(
        () -> http.get("/api/v1/logs?function=late").body(),
        lines -> lines.contains("finished alone"));
  }

  @Test
  void what_http_cannot_carry_is_the_handlers_fault() throws Exception {
    for (String function : new String[] {"bad-status", "bad-header"}) {
      Answer answer = http.get("/run/" + function);
      assertThat(answer.status()).as(function + ": " + answer.body()).isIn(500, 502);
      assertThat(answer.id()).isNotEmpty();
    }
  }

  @Test
  void any_character_goes_in_and_out_and_into_the_log() throws Exception {
    Answer answer = http.call("unicode", "\"\u00fc\ud83d\ude00\"");
    assertThat(answer.json().asString()).isEqualTo("\u00fc\ud83d\ude00");
    assertThat(http.why(answer.id()).path("log").path(0).path("text").asString())
        .isEqualTo("caf\u00e9 \u2615");
  }

  @Test
  void a_coroutine_is_awaited() throws Exception {
    assertThat(http.call("async-one", "{}").body()).isEqualTo("\"a\"");
  }

  @Test
  void at_least_sixteen_sandboxes_wait_for_work() throws Exception {
    Eventually.require(() -> http.get("/debug").body(), text -> waiting(text) >= 16);
  }

  private static int waiting(String debug) {
    Matcher found = WAITING.matcher(debug);
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }
}
