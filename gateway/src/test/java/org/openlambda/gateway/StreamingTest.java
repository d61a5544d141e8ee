package org.openlambda.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Reply;
import org.openlambda.gateway.door.DoorLimits;

class StreamingTest {
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(DoorLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private static void write(Reply reply, String text) throws IOException {
    reply.write(text.getBytes(UTF_8));
  }

  @Test
  void each_piece_is_sent_at_once_and_the_bill_comes_as_trailers() throws Exception {
    var turn = new SynchronousQueue<String>();
    stage.with(
        "events",
        invocation -> {
          invocation.reply().start(200, List.of(new Header("content-type", "text/event-stream")));
          for (String event = turn.take(); !event.equals("end"); event = turn.take()) {
            write(invocation.reply(), event);
          }
          return FakeInvoker.streamed(6, true);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/events HTTP/1.1", "Host: localhost", "TE: trailers");
      var head = caller.head();
      assertThat(head.fields())
          .containsEntry("transfer-encoding", "chunked")
          .containsEntry("content-type", "text/event-stream")
          .containsKeys("x-request-id", "trailer")
          .doesNotContainKey("server-timing");
      for (String event : List.of("one", "two")) {
        turn.put(event);
        assertThat(caller.chunk()).asString(UTF_8).isEqualTo(event);
      }
      turn.put("end");
      assertThat(caller.chunk()).isEmpty();
      assertThat(caller.lastTrailers.toString())
          .contains("server-timing: queue;dur=0.012", "x-ol-billed-ms: 1.234", "x-ol-cost-gbs:");
      assertThat(caller.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void bodies_stream_both_ways_at_the_same_time() throws Exception {
    stage.with(
        "upper",
        invocation -> {
          var arriving = (Body.Arriving) invocation.request().body();
          invocation.reply().start(200, List.of());
          long bytes = 0;
          for (byte[] piece = arriving.read(); piece.length > 0; piece = arriving.read()) {
            bytes += piece.length;
            invocation
                .reply()
                .write(new String(piece, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8));
          }
          return FakeInvoker.streamed(bytes, true);
        });
    try (var caller = stage.call()) {
      caller.sendHead("POST /run/upper HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
      assertThat(caller.head().status()).isEqualTo(200);
      for (String word : List.of("hello", "world")) {
        caller.send("5\r\n" + word + "\r\n");
        assertThat(caller.chunk()).asString(UTF_8).isEqualTo(word.toUpperCase(Locale.ROOT));
      }
      caller.send("0\r\n\r\n");
      assertThat(caller.chunk()).isEmpty();
      assertThat(caller.lastTrailers.toString()).isEmpty();
    }
  }

  @Test
  void a_slow_caller_holds_the_handler_back_and_costs_little_memory() throws Exception {
    var sent = new AtomicLong();
    byte[] piece = new byte[32 * 1024];
    long total = 64L * 1024 * 1024;
    var ended = new CountDownLatch(1);
    stage.with(
        "flood",
        invocation -> {
          invocation.reply().start(200, List.of());
          while (sent.get() < total) {
            invocation.reply().write(piece);
            sent.addAndGet(piece.length);
          }
          ended.countDown();
          return FakeInvoker.streamed(total, true);
        });
    try (var caller = new Caller(stage.gateway.port(), 16 * 1024)) {
      caller.sendHead("GET /run/flood HTTP/1.1", "Host: localhost").head();
      assertThat(ended.await(700, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(sent.get()).isLessThan(16L * 1024 * 1024);
      long received = 0;
      for (byte[] chunk = caller.chunk(); chunk.length > 0; chunk = caller.chunk()) {
        received += chunk.length;
      }
      assertThat(received).isEqualTo(total);
    }
  }

  @Test
  void a_caller_that_goes_away_cancels_a_stream_at_once() throws Exception {
    var cancelled = new CountDownLatch(1);
    var broke = new CompletableFuture<IOException>();
    stage.with(
        "endless",
        invocation -> {
          invocation.reply().start(200, List.of());
          invocation.reply().whenGone(cancelled::countDown);
          cancelled.await();
          try {
            write(invocation.reply(), "more");
          } catch (IOException e) {
            broke.complete(e);
          }
          return FakeInvoker.streamed(0, false);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/endless HTTP/1.1", "Host: localhost").head();
    }
    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(broke.get(5, TimeUnit.SECONDS)).hasMessageContaining("went away");
  }

  /// Its end came before the stream began: a stream with nothing to say would never notice.
  @Test
  void a_caller_that_is_gone_before_the_stream_begins_cancels_it_too() throws Exception {
    var started = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    stage.with(
        "endless",
        invocation -> {
          started.countDown();
          closed.await();
          invocation.reply().start(200, List.of());
          invocation.reply().whenGone(cancelled::countDown);
          cancelled.await();
          return FakeInvoker.streamed(0, false);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/endless HTTP/1.1", "Host: localhost");
      started.await();
      caller.socket.shutdownOutput();
      closed.countDown();
      assertThat(caller.isClosed()).isTrue();
    }
    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_half_closed_caller_still_gets_a_stream_of_known_length() throws Exception {
    var closed = new CountDownLatch(1);
    stage.with(
        "known",
        invocation -> {
          closed.await();
          invocation.reply().start(200, List.of(new Header("content-length", "4")));
          write(invocation.reply(), "four");
          return FakeInvoker.streamed(4, true);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/known HTTP/1.1", "Host: localhost");
      caller.socket.shutdownOutput();
      closed.countDown();
      assertThat(caller.answer().body()).isEqualTo("four");
    }
  }

  @Test
  void a_caller_that_half_closes_in_the_middle_of_its_answer_is_let_go_when_it_has_it()
      throws Exception {
    var closed = new CountDownLatch(1);
    stage.with(
        "known",
        invocation -> {
          invocation.reply().start(200, List.of(new Header("content-length", "4")));
          write(invocation.reply(), "fo");
          closed.await();
          write(invocation.reply(), "ur");
          return FakeInvoker.streamed(4, true);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/known HTTP/1.1", "Host: localhost");
      assertThat(caller.socket.getInputStream().read()).isEqualTo('H');
      caller.socket.shutdownOutput();
      Thread.sleep(200); // the door has seen it
      closed.countDown();
      byte[] rest = caller.socket.getInputStream().readAllBytes();
      assertThat(new String(rest, StandardCharsets.US_ASCII)).endsWith("\r\n\r\nfour");
    }
  }

  @Test
  void a_half_closed_caller_that_has_its_answer_is_let_go_in_the_middle_of_its_body()
      throws Exception {
    stage.with("early", _ -> FakeInvoker.returned(200, List.of(), new byte[0]));
    try (var caller = stage.call()) {
      caller.sendHead("POST /run/early HTTP/1.1", "Host: localhost", "Content-Length: 9").send("a");
      assertThat(caller.answer().status()).isEqualTo(200);
      caller.socket.shutdownOutput();
      assertThat(caller.isClosed()).isTrue();
    }
  }

  @Test
  void a_caller_that_goes_away_lets_a_plain_call_finish() throws Exception {
    var gone = new CountDownLatch(1);
    var started = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    stage.with(
        "plain",
        invocation -> {
          invocation.reply().whenGone(cancelled::countDown);
          started.countDown();
          gone.await();
          return FakeInvoker.echo(invocation);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/plain HTTP/1.1", "Host: localhost");
      started.await();
      caller.socket.setSoLinger(true, 0);
    }
    gone.countDown();
    assertThat(stage.gateway.drain(Duration.ofSeconds(5))).isTrue();
    assertThat(stage.journal.entries)
        .singleElement()
        .satisfies(e -> assertThat(e.status()).isEqualTo(200));
    assertThat(cancelled.getCount()).isEqualTo(1);
  }

  @Test
  void an_error_after_the_start_breaks_the_answer_off() throws Exception {
    stage.with(
        "breaks",
        invocation -> {
          invocation.reply().start(200, List.of());
          write(invocation.reply(), "abc");
          return new Outcome.Threw("ValueError", "x", "trace\n", FakeInvoker.USAGE);
        });
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/breaks HTTP/1.1", "Host: localhost").head();
      assertThat(caller.chunk()).asString(UTF_8).isEqualTo("abc");
      assertThatThrownBy(caller::chunk).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void a_promised_length_is_kept_or_the_answer_broken_off() throws Exception {
    stage.with(
        "promises",
        invocation -> {
          invocation.reply().start(200, List.of(new Header("content-length", "3")));
          write(invocation.reply(), invocation.request().query());
          return FakeInvoker.streamed(3, true);
        });
    try (var caller = stage.call()) {
      assertThat(
              caller.sendHead("GET /run/promises?abc HTTP/1.1", "Host: localhost").answer().body())
          .isEqualTo("abc");
      caller.sendHead("GET /run/promises?ab HTTP/1.1", "Host: localhost").answer();
      assertThat(caller.isClosed()).isTrue();
    }
    try (var caller = stage.call()) {
      caller.sendHead("GET /run/promises?abcd HTTP/1.1", "Host: localhost").head();
      assertThat(caller.isClosed()).isTrue();
    }
  }

  @Test
  void a_bad_field_of_a_streamed_answer_is_a_502_too() throws Exception {
    stage.with(
        "split",
        invocation -> {
          invocation.reply().start(200, List.of(new Header("x-split", "a\nb")));
          return FakeInvoker.streamed(0, true);
        });
    var answer = stage.get("/run/split");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("x-split");
  }

  @Test
  void a_large_body_arrives_with_back_pressure_and_a_large_answer_whole() throws Exception {
    byte[] body = new byte[1024 * 1024];
    Arrays.fill(body, (byte) 'x');
    var answer =
        stage.send(stage.request("/run/echo").POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    assertThat(answer.body()).hasSize(body.length);
    assertThat(answer.headers().firstValue("content-length")).hasValue("1048576");
    assertThat(answer.headers().firstValue("x-ol-billed-ms")).hasValue("1.234");
  }

  @Test
  void an_unread_body_holds_its_sender_back() throws Exception {
    var go = new CountDownLatch(1);
    stage.with(
        "later",
        invocation -> {
          go.await();
          return FakeInvoker.echo(invocation);
        });
    try (var caller = stage.call()) {
      caller.socket.setSendBufferSize(16 * 1024);
      caller.sendHead("POST /run/later HTTP/1.1", "Host: localhost", "Content-Length: 1000000");
      var sending = CompletableFuture.runAsync(() -> sendAll(caller, new byte[1_000_000]));
      go.countDown();
      assertThat(caller.answer().status()).isEqualTo(200);
      sending.get(5, TimeUnit.SECONDS);
    }
  }

  private static void sendAll(Caller caller, byte[] bytes) {
    try {
      caller.send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
