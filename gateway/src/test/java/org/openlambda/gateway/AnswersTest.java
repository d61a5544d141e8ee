package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.units.Bytes;

class AnswersTest {
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void the_whole_request_reaches_the_handler() throws Exception {
    var seen = new AtomicReference<Invocation>();
    stage.with(
        "seen",
        invocation -> {
          seen.set(invocation);
          return FakeInvoker.echo(invocation);
        });
    try (var caller = stage.call()) {
      caller
          .sendHead(
              "PATCH /run/seen/a%20b/c?x=1&y=%20 HTTP/1.1",
              "Host: localhost:5000",
              "X-Two: a",
              "X-Two: b",
              "TE: trailers",
              "Connection: keep-alive",
              "Content-Length: 3")
          .send("abc");
      assertThat(caller.answer().body()).isEqualTo("abc");
    }
    var request = seen.get().request();
    assertThat(request.method()).isEqualTo("PATCH");
    assertThat(request.mount()).isEqualTo("/run/seen");
    assertThat(request.path()).isEqualTo("/a%20b/c");
    assertThat(request.query()).isEqualTo("x=1&y=%20");
    assertThat(request.headers())
        .containsExactly(
            new Header("Host", "localhost:5000"),
            new Header("X-Two", "a"),
            new Header("X-Two", "b"),
            new Header("Content-Length", "3"));
    assertThat(request.peer()).startsWith("127.0.0.1:");
    assertThat(request.scheme()).isEqualTo("http");
  }

  @Test
  void a_small_body_that_comes_at_once_is_whole() throws Exception {
    var body = new AtomicReference<Body>();
    stage.with(
        "seen",
        invocation -> {
          body.set(invocation.request().body());
          return FakeInvoker.echo(invocation);
        });
    try (var caller = stage.call()) {
      caller.send("POST /run/seen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi");
      assertThat(caller.answer().body()).isEqualTo("hi");
      assertThat(body.get()).isInstanceOf(Body.Whole.class);
      caller.sendHead("GET /run/seen HTTP/1.1", "Host: localhost").answer();
      assertThat(body.get()).isSameAs(Body.Whole.EMPTY);
    }
  }

  @Test
  void every_answer_carries_the_id_the_phases_and_the_bill() throws Exception {
    var answer = stage.send(stage.request("/run/echo").POST(BodyPublishers.ofString("{}")));
    var fields = answer.headers();
    assertThat(fields.firstValue("x-request-id"))
        .hasValueSatisfying(id -> assertThat(id).hasSize(36));
    assertThat(fields.firstValue("server-timing"))
        .hasValue("queue;dur=0.012, cold;dur=0.250, handler;dur=0.984");
    assertThat(fields.firstValue("x-ol-billed-ms")).hasValue("1.234");
    assertThat(fields.firstValue("x-ol-memory-mb")).hasValue("128");
    assertThat(fields.firstValue("x-ol-cost-gbs")).hasValue("0.000154250");
    assertThat(fields.firstValue("content-length")).hasValue("2");
    assertThat(stage.journal.entries)
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.id().text()).isEqualTo(fields.firstValue("x-request-id").get());
          assertThat(entry.status()).isEqualTo(200);
          assertThat(entry.version()).isEqualTo("echo@aaaaaaaaaaaa");
        });
  }

  private void outcome(String name, Outcome outcome) {
    stage.with(name, _ -> outcome);
  }

  @Test
  void an_exception_is_its_traceback_and_nothing_else() throws Exception {
    outcome(
        "raises",
        new Outcome.Threw("KeyError", "'x'", "Traceback…\nKeyError: 'x'\n", FakeInvoker.USAGE));
    var answer = stage.get("/run/raises");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("Traceback…\nKeyError: 'x'\n");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("x-ol-billed-ms")).hasValue("1.234");
  }

  @Test
  void each_end_has_its_status_cause_and_phase() throws Exception {
    var usage = FakeInvoker.USAGE;
    var second = Duration.ofMillis(1500);
    check(new Outcome.Threw("InvalidEvent", "no JSON", "t\n", usage), 400, "bad-event", "handler");
    check(new Outcome.Crashed(new Exit.Status(3), usage), 502, "crashed", "handler");
    check(new Outcome.OutOfMemory(Bytes.mebi(128), usage), 502, "out-of-memory", "handler");
    check(new Outcome.TimedOut(Duration.ofSeconds(30), usage), 504, "timed-out", "handler");
    check(new Outcome.Rejected(Outcome.Reason.QUEUE_FULL, second), 429, "queue-full", "queue");
    check(new Outcome.Rejected(Outcome.Reason.DRAINING, second), 503, "draining", "queue");
    check(
        new Outcome.Rejected(Outcome.Reason.TOO_LARGE_FOR_WORKER, Duration.ZERO),
        507,
        "too-large-for-worker",
        "queue");
    check(new Outcome.Rejected(Outcome.Reason.CODE_CHANGED, second), 503, "code-changed", "start");
    check(new Outcome.Rejected(Outcome.Reason.CODE_AWAY, second), 503, "code-away", "start");
    check(new Outcome.Lost("the link broke"), 502, "lost", "start");
  }

  @Test
  void a_version_whose_code_changed_before_it_was_fetched_is_chosen_again() throws Exception {
    var tries = new java.util.concurrent.atomic.AtomicInteger();
    var changed = new Outcome.Rejected(Outcome.Reason.CODE_CHANGED, Duration.ofSeconds(1));
    stage.with(
        "edited",
        _ ->
            tries.incrementAndGet() < 3
                ? changed
                : FakeInvoker.returned(200, List.of(), "new".getBytes(StandardCharsets.UTF_8)));
    assertThat(stage.get("/run/edited").body()).isEqualTo("new");
    assertThat(tries).hasValue(3);
  }

  private void check(Outcome outcome, int status, String cause, String phase) throws Exception {
    outcome("ends", outcome);
    var answer = stage.get("/run/ends");
    assertThat(answer.statusCode()).as(cause).isEqualTo(status);
    assertThat(answer.body())
        .contains(
            "\"type\":\"urn:openlambda:problem:" + cause + "\"",
            "\"cause\":\"" + cause + "\"",
            "\"phase\":\"" + phase + "\"",
            "\"requestId\":\"" + answer.headers().firstValue("x-request-id").get() + "\"",
            "\"remedy\":");
    assertThat(answer.headers().firstValue("x-ol-billed-ms").isPresent())
        .isEqualTo(outcome instanceof Outcome.Ran);
    boolean retries = status == 429 || status == 503;
    assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(retries);
    assertThat(stage.journal.entries.getLast().status()).isEqualTo(status);
  }

  private void returns(int status, String body, Header... headers) {
    outcome(
        "returns",
        FakeInvoker.returned(status, List.of(headers), body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void fields_that_frame_the_message_are_the_doors_own() throws Exception {
    returns(
        201,
        "hello",
        new Header("Content-Type", "text/x"),
        new Header("Content-Length", "99"),
        new Header("Transfer-Encoding", "chunked"),
        new Header("Connection", "close"),
        new Header("X-Request-Id", "forged"),
        new Header("x-ol-billed-ms", "0"),
        new Header("Set-Cookie", "a=1"),
        new Header("Set-Cookie", "b=2"));
    try (var caller = stage.call()) {
      var answer = caller.sendHead("GET /run/returns HTTP/1.1", "Host: localhost").answer();
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.fields())
          .containsEntry("content-length", "5")
          .containsEntry("set-cookie", "b=2")
          .containsEntry("x-ol-billed-ms", "1.234")
          .doesNotContainKeys("connection", "transfer-encoding")
          .doesNotContainEntry("x-request-id", "forged");
    }
  }

  @Test
  void a_field_that_http_cannot_carry_is_a_502_that_names_it() throws Exception {
    for (var bad :
        List.of(
            new Header("x-split", "a\r\nSet-Cookie: b"),
            new Header("x-split", "a\0"),
            new Header("x-split", "snow ☃"),
            new Header("x-split\r\n", "a"),
            new Header("x-split name", "a"),
            new Header("", "a"))) {
      returns(200, "hello", bad);
      var answer = stage.get("/run/returns");
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("bad-header", bad.name().isEmpty() ? "''" : "x-split");
      assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }
    returns(101, "");
    assertThat(stage.get("/run/returns").body()).contains("bad-status");
  }

  @Test
  void answers_without_a_body_have_none() throws Exception {
    returns(200, "hello");
    try (var caller = stage.call()) {
      var head = caller.sendHead("HEAD /run/returns HTTP/1.1", "Host: localhost").head();
      assertThat(head.fields()).containsEntry("content-length", "5");
      returns(204, "ignored");
      var none = caller.sendHead("GET /run/returns HTTP/1.1", "Host: localhost").head();
      assertThat(none.status()).isEqualTo(204);
      assertThat(none.fields()).doesNotContainKey("content-length");
      assertThat(caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void http_1_0_gets_what_it_understands() throws Exception {
    stage.with(
        "streams",
        invocation -> {
          invocation.reply().start(200, List.of());
          invocation.reply().write("abc".getBytes(StandardCharsets.US_ASCII));
          return FakeInvoker.streamed(3, true);
        });
    try (var caller = stage.call()) {
      var answer = caller.sendHead("GET /run/streams HTTP/1.0", "Host: localhost").answer();
      assertThat(answer.fields()).containsEntry("connection", "close");
      assertThat(answer.body()).isEqualTo("abc");
    }
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/echo HTTP/1.0", "Host: localhost", "Connection: keep-alive");
      assertThat(caller.answer().fields()).containsEntry("connection", "keep-alive");
    }
  }

  @Test
  void pipelined_requests_are_answered_in_order_one_after_another() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    stage.with(
        "counted",
        invocation -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          running.decrementAndGet();
          return FakeInvoker.echo(invocation);
        });
    var requests = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      String body = "call " + i;
      requests.append("POST /run/counted HTTP/1.1\r\nHost: localhost\r\nContent-Length: ");
      requests.append(body.length()).append("\r\n\r\n").append(body);
    }
    try (var caller = stage.call()) {
      caller.send(requests.toString());
      for (int i = 0; i < 500; i++) {
        assertThat(caller.answer().body()).isEqualTo("call " + i);
      }
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void a_half_closed_caller_still_gets_its_plain_answer() throws Exception {
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost");
      caller.socket.shutdownOutput();
      assertThat(caller.answer().status()).isEqualTo(200);
      assertThat(caller.isClosed()).isTrue();
    }
  }

  @Test
  void a_body_nobody_reads_does_not_break_the_next_request() throws Exception {
    returns(200, "early");
    try (var caller = stage.call()) {
      caller.sendHead("POST /run/returns HTTP/1.1", "Host: localhost", "Content-Length: 900000");
      assertThat(caller.answer().body()).isEqualTo("early");
      caller.send("x".repeat(900_000));
      assertThat(caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void a_bug_of_ours_is_a_500_without_details() throws Exception {
    stage.with(
        "bug",
        _ -> {
          throw new IllegalStateException("secret detail");
        });
    var answer = stage.get("/run/bug");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("internal-error").doesNotContain("secret");
  }

  @Test
  void a_streamed_outcome_without_a_stream_is_a_502() throws Exception {
    outcome(
        "lies",
        new Outcome.Returned(new Payload.Streamed(200, List.of(), 1, true), FakeInvoker.USAGE));
    assertThat(stage.get("/run/lies").statusCode()).isEqualTo(502);
  }
}
