package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  private Stage stage;
  private final AtomicInteger calls = new AtomicInteger();

  @BeforeEach
  void open() throws IOException {
    stage =
        new Stage()
            .with(
                "counted",
                invocation -> {
                  calls.incrementAndGet();
                  return FakeInvoker.echo(invocation);
                });
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private Caller.Answer answerTo(String text) throws IOException {
    try (var caller = stage.call()) {
      Caller.Answer answer = caller.send(text).answer();
      assertThat(caller.isClosed()).isTrue();
      return answer;
    }
  }

  /// Requests, with `|` for every CR LF.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense||",
        "GET /run/counted||",
        "GET  /run/counted HTTP/9.9|Host: localhost||",
        "GET run/counted HTTP/1.1|Host: localhost||",
        "GET /run/counted HTTP/1.1||",
        "GET /run/\u0001counted HTTP/1.1|Host: localhost||",
        "GET /run/counted?\u007f HTTP/1.1|Host: localhost||",
        "GET /r\u0001n/counted HTTP/1.1|Host: localhost|Upgrade: h2c|"
            + "Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: AAMAAABkAAQAAP__||",
        "GET /run/counted HTTP/1.1|Host: localhost|Host: localhost||",
        "GET http://localhost/run/counted HTTP/1.1|Host: other.localhost||", // signed for one
        "GET /run/counted HTTP/1.1|Host: localhost|bad name: x||",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length : 3||abc",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: -3||abc",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: +3||abc",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: 3, 3||abc",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: 3|Content-Length: 3||abc",
        "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: 3|"
            + "Transfer-Encoding: chunked||0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: gzip, chunked||0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: xchunked||0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|"
            + "Transfer-Encoding: chunked||0||",
        "POST /run/counted HTTP/1.0|Host: localhost|Transfer-Encoding: chunked||0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||xyz|abc|0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||-1|abc|0||",
        "POST /run/counted HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||"
            + "FFFFFFFFFFFFFFFF1|abc|0||"
      })
  void what_two_parties_could_read_differently_is_refused_before_anything_is_called(String lines)
      throws IOException {
    Caller.Answer answer = answerTo(lines.replace("|", "\r\n"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.fields())
        .containsEntry("content-type", "application/problem+json")
        .containsKey("x-request-id");
    assertThat(answer.body()).contains("\"cause\":\"malformed-request\"", "\"phase\":\"door\"");
    assertThat(calls).hasValue(0);
  }

  @Test
  void a_smuggled_second_request_is_never_served() throws IOException {
    String hidden = "GET /run/counted HTTP/1.1|Host: localhost||";
    String lines = "POST /run/counted HTTP/1.1|Host: localhost|Content-Length: 48|";
    answerTo((lines + "Transfer-Encoding: chunked||0||" + hidden).replace("|", "\r\n"));
    assertThat(calls).hasValue(0);
  }

  @Test
  void a_head_that_is_too_long_is_431_and_a_target_414() throws IOException {
    assertThat(
            answerTo(
                    "GET /run/echo HTTP/1.1\r\nHost: localhost\r\nx: "
                        + "y".repeat(9000)
                        + "\r\n\r\n")
                .status())
        .isEqualTo(431);
    assertThat(
            answerTo("GET /run/echo?" + "y".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .status())
        .isEqualTo(414);
  }

  @Test
  void a_body_announced_too_long_is_413_and_is_never_read() throws IOException {
    Caller.Answer answer =
        answerTo(
            "POST /run/counted HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("1048576 bytes");
    assertThat(calls).hasValue(0);
  }

  @Test
  void a_body_that_turns_out_too_long_is_413() throws IOException {
    try (var caller = stage.call()) {
      caller.sendHead(
          "POST /run/counted HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
      for (int i = 0; i < 17; i++) {
        caller.send("10000\r\n" + "x".repeat(0x10000) + "\r\n");
      }
      assertThat(caller.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void an_expected_continue_is_answered_only_when_the_body_is_wanted() throws IOException {
    try (var caller = stage.call()) {
      caller.sendHead(
          "POST /run/echo HTTP/1.1",
          "Host: localhost",
          "Expect: 100-continue",
          "Content-Length: 2");
      assertThat(caller.head().status()).isEqualTo(100);
      assertThat(caller.send("hi").answer().body()).isEqualTo("hi");
    }
    try (var caller = stage.call()) {
      caller.sendHead(
          "POST /run/none HTTP/1.1",
          "Host: localhost",
          "Expect: 100-continue",
          "Content-Length: 2");
      assertThat(caller.answer().status()).isEqualTo(404);
      assertThat(caller.isClosed()).isTrue();
    }
    assertThat(
            answerTo("GET /run/echo HTTP/1.1\r\nHost: localhost\r\nExpect: the-best\r\n\r\n")
                .status())
        .isEqualTo(417);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:5000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.1",
        "localhost:80:80",
        "10.0.0.1",
        "[::2]",
        "0.0.0.0",
        "user@localhost"
      })
  void a_foreign_host_is_refused(String host) throws IOException {
    Caller.Answer answer = answerTo("GET /run/counted HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    assertThat(answer.status()).isEqualTo(421);
    assertThat(answer.body()).contains("'" + host + "'", "remedy");
    assertThat(calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:5000",
        "127.8.9.1",
        "[::1]:80",
        "ol.example",
        "OL.example:5000"
      })
  void the_own_hosts_are_served(String host) throws IOException {
    try (var caller = stage.call()) {
      assertThat(caller.sendHead("GET /run/echo HTTP/1.1", "Host: " + host).answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_head_that_dawdles_is_408_and_a_silent_connection_closed() throws IOException {
    assertThat(answerTo("GET /run/echo HTTP/1.1\r\nHost: lo").status()).isEqualTo(408);
    try (var caller = stage.call()) {
      assertThat(caller.isClosed()).isTrue();
    }
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer();
      assertThat(caller.isClosed()).isTrue();
    }
  }

  @Test
  void a_body_that_stops_coming_ends_the_call() throws IOException {
    try (var caller = stage.call()) {
      caller.sendHead("POST /run/counted HTTP/1.1", "Host: localhost", "Content-Length: 10");
      assertThat(caller.send("abc").isClosed()).isTrue();
    }
  }

  @Test
  void names_paths_and_methods_have_their_own_answers() throws Exception {
    stage.registry.with("picky", "GET", "POST").with("blocked").withBroken("broken");
    assertThat(stage.get("/run/none").statusCode()).isEqualTo(404);
    assertThat(stage.get("/run/none").body()).contains("'none'", "\"requestId\":\"");
    assertThat(stage.get("/run/b%20d").statusCode()).isEqualTo(400);
    assertThat(stage.get("/run/").statusCode()).isEqualTo(400);
    assertThat(stage.get("/run/..").statusCode()).isEqualTo(400);
    assertThat(stage.get("/run/" + "x".repeat(129)).statusCode()).isEqualTo(400);
    assertThat(stage.get("/run").statusCode()).isEqualTo(404);
    assertThat(stage.get("/").statusCode()).isEqualTo(404);
    assertThat(stage.get("/run/broken").body()).contains("unknown key 'memry'");
    var refused = stage.send(stage.request("/run/picky").method("PUT", noBody()));
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.body())
        .isEqualTo("HTTP method not allowed. Sent: PUT, Allowed: [GET POST]\n");
    assertThat(refused.headers().firstValue("allow")).hasValue("GET, POST");
    assertThat(stage.get("/run/blocked").body())
        .isEqualTo("HTTP method not allowed. Sent: GET, Allowed: []\n");
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  @Test
  void too_many_connections_are_told_so() throws Exception {
    var open = new ArrayList<Caller>();
    try {
      for (int i = 0; i < 50; i++) {
        var caller = stage.call();
        open.add(caller);
        caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer();
      }
      try (var one = stage.call()) {
        Caller.Answer answer = one.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("Too many connections");
      }
    } finally {
      for (Caller caller : open) {
        caller.close();
      }
    }
  }
}
