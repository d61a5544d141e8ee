package org.openlambda.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.gateway.door.DoorLimits;

class ApiTest {
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(DoorLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void the_workers_api_has_open_lambdas_texts() throws Exception {
    assertThat(stage.get("/status").body()).isEqualTo("ready\n");
    assertThat(stage.get("/registry/").body()).isEqualTo("[\"echo\"]");
    assertThat(stage.get("/registry").body()).isEqualTo("[\"echo\"]");
    assertThat(stage.get("/registry/echo/config").body())
        .isEqualTo(
            "{\"Triggers\":{\"HTTP\":[{\"Method\":\"*\"}],\"Cron\":null,\"Kafka\":null},"
                + "\"Environment\":{},\"ReuseSandbox\":true}");
    assertThat(stage.get("/registry/none/config").statusCode()).isEqualTo(404);
    assertThat(stage.get("/debug").body())
        .isEqualTo("sandbox 1: hello, frozen\n\nsandbox 2: none, waiting\n\n");
  }

  @Test
  void stats_are_a_flat_map_of_the_gateways_and_the_workers_figures() throws Exception {
    stage.get("/run/echo");
    stage.get("/run/echo");
    assertThat(stage.get("/stats").body())
        .contains(
            "\"web-request.cnt\":2",
            "\"web-request.ms-avg\":",
            "\"echo.cnt\":2",
            "\"echo.ms-avg\":",
            "\"Create().cnt\":3");
  }

  @Test
  void an_upload_is_streamed_into_the_registry() throws Exception {
    var answer = upload("new", new byte[7 * 1024 * 1024]);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("Lambda new uploaded successfully");
    assertThat(stage.registry.installedBytes).isEqualTo(7 * 1024 * 1024);
    assertThat(stage.get("/run/new").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> upload(String name, byte[] archive) throws Exception {
    return stage.send(stage.request("/registry/" + name).POST(BodyPublishers.ofByteArray(archive)));
  }

  @Test
  void an_upload_too_large_or_wrong_changes_nothing() throws Exception {
    var bad = upload("new", "bad".getBytes(UTF_8));
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("entry '../x' leads out", "unknown key 'memry'");
    try (var caller = stage.call()) {
      caller.sendHead("POST /registry/new HTTP/1.1", "Host: localhost", "Content-Length: 9000000");
      assertThat(caller.answer().status()).isEqualTo(413);
    }
    try (var caller = stage.call()) {
      caller.sendHead(
          "POST /registry/new HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
      for (int i = 0; i < 9; i++) {
        caller.send("100000\r\n").send(new byte[0x100000]).send("\r\n");
      }
      assertThat(caller.answer().status()).isEqualTo(413);
    }
    assertThat(upload("b%20d", new byte[1]).statusCode()).isEqualTo(400);
    assertThat(stage.registry.names()).hasSize(1);
  }

  @Test
  void a_page_of_another_site_cannot_change_functions() throws Exception {
    try (var caller = stage.call()) {
      caller.sendHead(
          "DELETE /registry/echo HTTP/1.1", "Host: localhost", "Origin: https://evil.example");
      assertThat(caller.answer().status()).isEqualTo(403);
      caller.sendHead("DELETE /registry/echo HTTP/1.1", "Host: localhost", "Origin: null");
      assertThat(caller.answer().status()).isEqualTo(403);
      caller.sendHead(
          "DELETE /registry/echo HTTP/1.1", "Host: localhost", "Origin: http://localhost:3000");
      assertThat(caller.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void a_function_is_deleted_once() throws Exception {
    var deleted = stage.send(stage.request("/registry/echo").DELETE());
    assertThat(deleted.body()).isEqualTo("Lambda echo deleted successfully");
    assertThat(stage.send(stage.request("/registry/echo").DELETE()).statusCode()).isEqualTo(404);
    var put = stage.send(stage.request("/registry/echo").PUT(BodyPublishers.noBody()));
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().firstValue("allow")).hasValue("POST, DELETE");
  }

  @Test
  void functions_are_listed_with_their_limits_or_what_is_wrong() throws Exception {
    stage.registry.withBroken("broken");
    assertThat(stage.get("/api/v1/functions").body())
        .contains("\"name\":\"echo\"", "\"memory_mb\":128", "\"timeout_ms\":30000")
        .contains("ol.yaml: unknown key 'memry'");
    assertThat(stage.get("/api/v1/status").body())
        .contains("\"status\":\"ready\"", "\"functions\":2", "\"sandboxes\":2");
  }

  @Test
  void why_an_invocation_ended_is_told_with_its_phases_and_lines() throws Exception {
    stage.with(
        "slow",
        invocation -> {
          stage.journal.say(invocation.id(), "slow", "working");
          return new Outcome.TimedOut(Duration.ofSeconds(3), FakeInvoker.USAGE);
        });
    String id = stage.get("/run/slow").headers().firstValue("x-request-id").orElseThrow();
    assertThat(stage.get("/api/v1/invocations/" + id).body())
        .contains(
            "\"id\":\"" + id + "\"",
            "\"outcome\":\"timed-out\"",
            "\"cause\":\"It did not end within 3000 ms; it was killed.\"",
            "\"queue_ms\":0.012",
            "\"start\":\"cold\"",
            "\"text\":\"working\"",
            "\"status\":504");
    assertThat(stage.get("/api/v1/invocations/none").statusCode()).isEqualTo(404);
  }

  @Test
  void logs_are_lines_of_json() throws Exception {
    stage.journal.say(new RequestId("r1"), "echo", "first");
    stage.journal.say(new RequestId("r2"), "other", "second");
    assertThat(stage.get("/api/v1/logs").body().lines()).hasSize(2);
    assertThat(stage.get("/api/v1/logs?function=echo").body())
        .isEqualTo(
            "{\"at\":\"1970-01-01T00:00:00Z\",\"function\":\"echo\",\"invocation\":\"r1\","
                + "\"text\":\"first\"}\n");
    assertThat(stage.get("/api/v1/logs?function=b%20d").statusCode()).isEqualTo(400);
    assertThat(stage.get("/api/v1/logs?since=yesterday").statusCode()).isEqualTo(400);
  }

  @Test
  void who_wants_to_read_logs_while_as_many_do_as_may_is_told_to_come_again() throws Exception {
    stage.journal.open = new CountDownLatch(1);
    stage.journal.say(new RequestId("r1"), "echo", "first");
    try (var reader = stage.call();
        var follower = stage.call()) {
      reader.sendHead("GET /api/v1/logs HTTP/1.1", "Host: localhost");
      follower.sendHead("GET /api/v1/logs?follow=true HTTP/1.1", "Host: localhost");
      while (stage.journal.readers.get() < 2) {
        Thread.onSpinWait();
      }
      List<CompletableFuture<HttpResponse<String>>> more =
          Stream.of("/api/v1/logs", "/api/v1/logs?follow=true", "/api/v1/invocations/r1")
              .map(path -> stage.request(path).build())
              .map(request -> stage.http.sendAsync(request, BodyHandlers.ofString()))
              .toList();
      for (CompletableFuture<HttpResponse<String>> one : more) {
        HttpResponse<String> refused = one.get(30, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(refused.body()).contains("\"cause\":\"too-many-readers\"");
      }
      stage.journal.open.countDown();
      assertThat(reader.head().status()).isEqualTo(200);
      assertThat(follower.head().status()).isEqualTo(200);
      assertThat(stage.get("/api/v1/logs").body()).contains("first");
    }
  }

  @Test
  void a_followed_log_sends_lines_as_they_come_and_stops_listening_when_nobody_is_there()
      throws Exception {
    try (var caller = stage.call()) {
      caller.sendHead("GET /api/v1/logs?function=echo&follow=true HTTP/1.1", "Host: localhost");
      caller.head();
      while (stage.journal.listeners.isEmpty()) {
        Thread.onSpinWait();
      }
      stage.journal.say(new RequestId("r1"), "other", "not this");
      stage.journal.say(new RequestId("r2"), "echo", "this");
      assertThat(caller.chunk()).asString(UTF_8).contains("\"text\":\"this\"").endsWith("\n");
    }
    assertThat(stage.gateway.drain(Duration.ofSeconds(5))).isTrue();
    assertThat(stage.journal.listeners).isEmpty();
  }

  @Test
  void a_followed_log_does_not_hold_the_drain_up() throws Exception {
    try (var caller = stage.call()) {
      caller.sendHead("GET /api/v1/logs?follow=true HTTP/1.1", "Host: localhost").head();
      assertThat(stage.gateway.drain(Duration.ofSeconds(5))).isTrue();
      assertThat(caller.chunk()).isEmpty();
      assertThat(caller.isClosed()).isTrue();
    }
  }

  @Test
  void a_reader_who_is_too_slow_is_told_so_and_let_go() throws Exception {
    String text = "x".repeat(10_000);
    try (var caller = new Caller(stage.gateway.port(), 16 * 1024)) {
      caller.sendHead("GET /api/v1/logs?follow=true HTTP/1.1", "Host: localhost").head();
      while (stage.journal.listeners.isEmpty()) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 5000; i++) {
        stage.journal.say(new RequestId("r"), "echo", text);
      }
      String last = "";
      for (byte[] chunk = caller.chunk(); chunk.length > 0; chunk = caller.chunk()) {
        last = chunk.length > 1 ? new String(chunk, UTF_8) : last;
      }
      assertThat(last).startsWith("{\"dropped\":\"lines were lost");
    }
  }
}
