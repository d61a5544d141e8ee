package org.openlambda.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.gateway.door.DoorLimits;

class Http2Test {
  private static final String GET = "GET /run/echo HTTP/1.1\r\nHost: localhost\r\n";
  private static final String UPGRADE =
      "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

  private Stage stage;
  private HttpClient http;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(DoorLimits.DEFAULT);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    stage.close();
  }

  @Test
  void a_connection_is_upgraded_by_its_first_request() throws Exception {
    var first = http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(first.statusCode()).isEqualTo(200);
    var second =
        http.send(
            stage.request("/run/echo").POST(BodyPublishers.ofString("hello")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(second.body()).isEqualTo("hello");
    assertThat(second.headers().firstValue("x-request-id")).isPresent();
    assertThat(second.headers().firstValue("content-length")).hasValue("5");
  }

  @Test
  void a_first_request_with_a_body_stays_with_http_1_1() throws Exception {
    var answer =
        http.send(
            stage.request("/run/echo").POST(BodyPublishers.ofString("hello")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(answer.body()).isEqualTo("hello");
  }

  @Test
  void what_comes_with_the_request_that_upgrades_is_http_2() throws Exception {
    try (var caller = stage.call()) {
      caller.send(GET + UPGRADE + "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0");
      assertThat(caller.head().status()).isEqualTo(101);
      byte[] head = caller.bytes(9);
      while (head[3] != 1) { // HEADERS
        caller.bytes(head[2]);
        head = caller.bytes(9);
      }
      assertThat(caller.bytes(1)).containsExactly(0x88); // :status: 200 (RFC 7541, A)
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: ?\r\n"
      })
  void what_comes_behind_the_first_request_stays_with_http_1_1(String refused) throws Exception {
    try (var caller = stage.call()) {
      caller.send(GET + refused + "\r\n" + GET + UPGRADE + "\r\n");
      assertThat(caller.answer().status()).isEqualTo(200);
      assertThat(caller.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void many_streams_run_side_by_side() throws Exception {
    var all = new CountDownLatch(40);
    stage.with(
        "meet",
        invocation -> {
          all.countDown();
          all.await();
          return FakeInvoker.echo(invocation);
        });
    http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 40; i++) {
      answers.add(
          http.sendAsync(
              stage.request("/run/meet").POST(BodyPublishers.ofString("b" + i)).build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < 40; i++) {
      assertThat(answers.get(i).get(10, TimeUnit.SECONDS).body()).isEqualTo("b" + i);
    }
  }

  @Test
  void large_bodies_flow_both_ways() throws Exception {
    http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    byte[] body = new byte[1024 * 1024];
    var answer =
        http.send(
            stage.request("/run/echo").POST(BodyPublishers.ofByteArray(body)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void a_caller_that_resets_its_stream_cancels_the_call() throws Exception {
    var cancelled = new CountDownLatch(1);
    stage.with(
        "endless",
        invocation -> {
          invocation.reply().start(200, List.of());
          invocation.reply().whenGone(cancelled::countDown);
          invocation.reply().write("one".getBytes(UTF_8));
          cancelled.await();
          return FakeInvoker.streamed(3, false);
        });
    http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    var answer =
        http.send(stage.request("/run/endless").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.body().readNBytes(3)).asString(UTF_8).isEqualTo("one");
    answer.body().close();
    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void an_error_after_the_start_resets_the_stream() throws Exception {
    var seen = new CountDownLatch(1);
    stage.with(
        "breaks",
        invocation -> {
          invocation.reply().start(200, List.of());
          invocation.reply().write("one".getBytes(UTF_8));
          seen.await();
          return FakeInvoker.streamed(3, false);
        });
    http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    var answer =
        http.send(stage.request("/run/breaks").build(), HttpResponse.BodyHandlers.ofInputStream());
    seen.countDown();
    Assertions.assertThatThrownBy(() -> answer.body().readAllBytes())
        .isInstanceOf(IOException.class);
    var next = http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(next.statusCode()).isEqualTo(200);
  }

  @Test
  void a_body_nobody_waits_for_does_not_break_the_connection() throws Exception {
    http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    var refused =
        http.send(
            stage.request("/run/none").POST(BodyPublishers.ofByteArray(new byte[900_000])).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(404);
    var next = http.send(stage.request("/run/echo").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(next.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  /// The first byte of the answer's header block: its status, in HPACK.
  private int statusByPriorKnowledge(String authority) throws IOException {
    return frame(1, "/run/echo", authority) >>> 24;
  }

  /// The first four bytes of the first frame of a type that answers a request.
  private int frame(int type, String path, String authority) throws IOException {
    var block = new ByteArrayOutputStream();
    block.write(0x82); // :method GET
    block.write(0x86); // :scheme http
    block.write(0x04); // :path
    block.write(path.length());
    block.writeBytes(path.getBytes(UTF_8));
    block.write(0x01); // :authority
    block.write(authority.length());
    block.writeBytes(authority.getBytes(UTF_8));
    try (var caller = stage.call()) {
      caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      caller.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
      caller.send(new byte[] {0, 0, (byte) block.size(), 1, 5, 0, 0, 0, 1}); // HEADERS, all of it
      caller.send(block.toByteArray());
      var in = new DataInputStream(caller.socket.getInputStream());
      while (true) {
        int start = in.readInt();
        in.skipNBytes(5);
        byte[] payload = in.readNBytes(start >>> 8);
        if ((start & 0xFF) == type) {
          return ByteBuffer.wrap(Arrays.copyOf(payload, 4)).getInt();
        }
      }
    }
  }

  @Test
  void a_path_that_is_none_is_the_callers_protocol_error() throws IOException {
    final int reset = 3;
    final int protocolError = 1;
    assertThat(frame(reset, "/run/a [", "localhost:5000")).isEqualTo(protocolError);
    assertThat(stage.journal.entries).isEmpty();
  }

  @Test
  void http_2_by_prior_knowledge_is_served_and_a_foreign_authority_is_not() throws IOException {
    assertThat(statusByPriorKnowledge("localhost:5000")).isEqualTo(0x88);
    assertThat(statusByPriorKnowledge("evil.example")).isNotEqualTo(0x88);
    assertThat(stage.journal.entries).hasSize(1);
  }
}
