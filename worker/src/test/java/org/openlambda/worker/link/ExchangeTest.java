package org.openlambda.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openlambda.worker.link.ScriptedRuntime.ANSWER;
import static org.openlambda.worker.link.ScriptedRuntime.BODY;
import static org.openlambda.worker.link.ScriptedRuntime.END;
import static org.openlambda.worker.link.ScriptedRuntime.FAILED;
import static org.openlambda.worker.link.ScriptedRuntime.LOADED;
import static org.openlambda.worker.link.ScriptedRuntime.answer;
import static org.openlambda.worker.link.ScriptedRuntime.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.time.Patience;
import org.openlambda.worker.Sample;
import org.openlambda.worker.link.ScriptedRuntime.Frame;

@Timeout(20)
class ExchangeTest {
  private static final int WINDOW = 262_144;
  private static final byte[] NOTHING = new byte[0];

  private ScriptedRuntime runtime;

  @BeforeEach
  void connect() throws IOException {
    runtime = ScriptedRuntime.connect();
  }

  @AfterEach
  void disconnect() throws IOException {
    runtime.close();
  }

  private static Invocation post(byte[] body) {
    return Sample.invocation(Sample.version(), new Body.Whole(body), new RecordingReply());
  }

  private static Invocation post(Body body, Reply reply) {
    return Sample.invocation(Sample.version(), body, reply);
  }

  /// Waits for the ending while the test plays the runtime.
  private static FutureTask<Ending> receiving(Exchange exchange) {
    var task = new FutureTask<>(exchange::receive);
    Thread.startVirtualThread(task);
    return task;
  }

  private static Ending end(FutureTask<Ending> task) throws Exception {
    return task.get(Patience.ofSeconds(10), TimeUnit.SECONDS);
  }

  private static String bodyOf(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Answered.class);
    Payload payload = ((Ending.Answered) ending).payload();
    assertThat(payload).isInstanceOf(Payload.Whole.class);
    return new String(((Payload.Whole) payload).body(), StandardCharsets.UTF_8);
  }

  @Test
  void a_small_request_is_one_frame_and_a_small_answer_another() throws IOException {
    Exchange exchange = runtime.begin(post(text("in")));
    exchange.send(7);
    Frame request = runtime.next();
    assertThat(request.type()).isEqualTo(2);
    assertThat(request.stream()).isEqualTo(1);
    assertThat(request.end()).isTrue();
    assertThat(request.head()).contains("\"method\":\"POST\"", "\"deadline_ms\":30000");
    assertThat(request.bodyBytes()).isEqualTo(2);

    runtime.says(ANSWER, END, 1, answer("", text("out")));
    assertThat(bodyOf(exchange.receive())).isEqualTo("out");
    assertThat(exchange.sentNanos()).isEqualTo(7);
  }

  @Test
  void an_answer_without_a_head_is_json_with_status_200() throws IOException {
    Exchange exchange = runtime.begin(post(NOTHING));
    exchange.send(1);
    runtime.says(ANSWER, END, 1, answer("", text("1")));
    var answered = (Ending.Answered) exchange.receive();
    assertThat(answered.payload().status()).isEqualTo(200);
    assertThat(answered.payload().headers())
        .containsExactly(new Header("content-type", "application/json"));
  }

  @Test
  void status_and_headers_are_the_runtimes_in_their_order() throws IOException {
    Exchange exchange = runtime.begin(post(NOTHING));
    exchange.send(1);
    String head = "{\"status\":418,\"more\":[{}],\"headers\":[[\"a\",\"1\"],[\"a\",\"\u00e9\"]]}";
    runtime.says(ANSWER, END, 1, answer(head, NOTHING));
    var answered = (Ending.Answered) exchange.receive();
    assertThat(answered.payload().status()).isEqualTo(418);
    assertThat(answered.payload().headers())
        .containsExactly(new Header("a", "1"), new Header("a", "\u00e9"));
  }

  @Test
  void every_exchange_of_a_link_has_a_stream_of_its_own() throws IOException {
    for (int stream = 1; stream <= 3; stream++) {
      Exchange exchange = runtime.begin(post(NOTHING));
      exchange.send(1);
      assertThat(runtime.next().stream()).isEqualTo(stream);
      runtime.says(ANSWER, END, stream, answer("", text("ok")));
      assertThat(bodyOf(exchange.receive())).isEqualTo("ok");
    }
  }

  @Test
  void the_first_request_is_preceded_by_what_to_load_and_says_how_long_that_took()
      throws IOException {
    Exchange exchange = runtime.beginLoading(post(NOTHING));
    exchange.send(1);
    Frame specialise = runtime.next();
    assertThat(specialise.type()).isEqualTo(1);
    assertThat(specialise.stream()).isZero();
    assertThat(new String(specialise.payload(), StandardCharsets.UTF_8))
        .contains(
            "\"function\":\"sample\"", "\"bundle\":\"/handler\"", "\"memory_bytes\":134217728");
    assertThat(runtime.next().type()).isEqualTo(2);

    runtime.says(LOADED, 0, 0, ByteBuffer.allocate(8).putLong(5_000).array());
    runtime.says(ANSWER, END, 1, answer("", text("1")));
    assertThat(bodyOf(exchange.receive())).isEqualTo("1");
    assertThat(exchange.loadedNanos()).isEqualTo(5_000);
  }

  @Test
  void frames_that_arrive_byte_by_byte_are_frames() throws Exception {
    Exchange exchange = runtime.beginLoading(post(NOTHING));
    exchange.send(1);
    var ending = receiving(exchange);
    byte[] loaded = ScriptedRuntime.frame(LOADED, 0, 0, ByteBuffer.allocate(8).putLong(9).array());
    byte[] answered = ScriptedRuntime.frame(ANSWER, END, 1, answer("", text("slow")));
    for (byte[] frame : List.of(loaded, answered)) {
      for (byte b : frame) {
        runtime.raw(new byte[] {b});
      }
    }
    assertThat(bodyOf(end(ending))).isEqualTo("slow");
  }

  @Test
  void a_streamed_answer_goes_to_the_reply_and_its_runtime_gets_credit() throws Exception {
    var reply = new RecordingReply();
    Exchange exchange = runtime.begin(post(Body.Whole.EMPTY, reply));
    exchange.send(1);
    runtime.next();
    var ending = receiving(exchange);
    runtime.says(ANSWER, 0, 1, answer("{\"status\":206}", NOTHING));
    int credit = WINDOW;
    int pieces = 40;
    for (int i = 0; i < pieces; i++) {
      while (credit < 65_536) {
        Frame frame = runtime.next();
        assertThat(frame.type()).isEqualTo(4);
        credit += ByteBuffer.wrap(frame.payload()).getInt();
      }
      runtime.says(BODY, 0, 1, new byte[65_536]);
      credit -= 65_536;
    }
    runtime.says(BODY, END, 1, NOTHING);
    var streamed = new Payload.Streamed(206, List.of(), 65_536L * pieces, true);
    assertThat(end(ending)).isEqualTo(new Ending.Answered(streamed));
    assertThat(reply.status()).isEqualTo(206);
    assertThat(reply.body()).hasSize(65_536 * pieces);
  }

  @Test
  void a_large_body_waits_for_credit_beyond_the_first_window() throws Exception {
    Exchange exchange = runtime.begin(post(new byte[3 * WINDOW]));
    exchange.send(1);
    var ending = receiving(exchange);
    int got = 0;
    while (got < WINDOW) {
      Frame frame = runtime.next();
      assertThat(frame.end()).isFalse();
      got += frame.bodyBytes();
    }
    assertThat(got).isEqualTo(WINDOW);

    runtime.credits(1, 65_536);
    Frame more = runtime.next();
    assertThat(more.type()).isEqualTo(3);
    assertThat(more.bodyBytes()).isEqualTo(65_536);
    got += more.bodyBytes();

    while (got < 3 * WINDOW) {
      runtime.credits(1, WINDOW / 2);
      for (int step = 0; step < WINDOW / 2 && got < 3 * WINDOW; ) {
        more = runtime.next();
        step += more.bodyBytes();
        got += more.bodyBytes();
      }
    }
    assertThat(got).isEqualTo(3 * WINDOW);
    assertThat(more.end()).isTrue();
    runtime.says(ANSWER, END, 1, answer("", text("all")));
    assertThat(bodyOf(end(ending))).isEqualTo("all");
  }

  @Test
  void sending_the_first_window_never_waits_for_a_runtime_that_does_not_read() throws IOException {
    Exchange exchange = runtime.begin(post(new byte[2 * WINDOW]));
    exchange.send(1); // the mounter's thread does this: it must not wait for a tenant
    assertThat(exchange.sentNanos()).isEqualTo(1);
  }

  @Test
  void a_runtime_may_answer_without_reading_the_body() throws IOException {
    Exchange exchange = runtime.begin(post(new byte[2 * WINDOW]));
    exchange.send(1);
    runtime.says(ANSWER, END, 1, answer("", text("early")));
    assertThat(bodyOf(exchange.receive())).isEqualTo("early");
  }

  @Test
  void an_arriving_body_is_passed_on_piece_by_piece() throws Exception {
    var pieces = List.of(text("one"), text("two"), NOTHING).iterator();
    Body.Arriving arriving = pieces::next;
    Exchange exchange = runtime.begin(post(arriving, new RecordingReply()));
    exchange.send(1);
    var ending = receiving(exchange);
    assertThat(runtime.next().end()).isFalse();
    assertThat(runtime.next().payload()).isEqualTo(text("one"));
    assertThat(runtime.next().payload()).isEqualTo(text("two"));
    Frame last = runtime.next();
    assertThat(last.payload()).isEmpty();
    assertThat(last.end()).isTrue();
    runtime.says(ANSWER, END, 1, answer("", text("ok")));
    assertThat(bodyOf(end(ending))).isEqualTo("ok");
  }

  @Test
  void a_sender_that_goes_away_cancels_the_stream() throws Exception {
    Body.Arriving arriving =
        () -> {
          throw new IOException("connection reset");
        };
    assertCancelled(arriving);
  }

  @Test
  void a_body_that_fails_in_an_unexpected_way_cancels_the_stream_too() throws Exception {
    Body.Arriving arriving =
        () -> {
          throw new IllegalStateException("a bug of the door");
        };
    assertCancelled(arriving);
  }

  /// A sandbox that was killed looks so: nothing can be sent before its end is read.
  @Test
  void a_runtime_that_takes_nothing_more_is_not_a_sender_that_went_away() throws Exception {
    var cancelled = new CountDownLatch(1);
    var taken = new CountDownLatch(1);
    Body.Arriving arriving =
        () -> {
          taken.countDown();
          return text("a piece");
        };
    var sender = new BodySender(runtime.link(), 1, arriving, cancelled::countDown);
    runtime.close();
    sender.pump(() -> {});
    assertThat(taken.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
    assertThat(cancelled.await(200, TimeUnit.MILLISECONDS)).isFalse();
  }

  private void assertCancelled(Body.Arriving arriving) throws Exception {
    var hurried = new CountDownLatch(1);
    Exchange exchange =
        runtime
            .link()
            .begin(
                java.util.Optional.empty(),
                post(arriving, new RecordingReply()),
                hurried::countDown);
    exchange.send(1);
    var ending = receiving(exchange);
    runtime.next();
    assertThat(hurried.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
    assertThat(runtime.next().type()).isEqualTo(5);
    runtime.says(FAILED, END, 1, text("{\"type\":\"Cancelled\",\"phase\":\"call\"}"));
    assertThat(end(ending)).isInstanceOf(Ending.Failed.class);
  }

  @Test
  void a_caller_that_goes_away_while_nothing_is_sent_cancels_the_stream() throws Exception {
    var reply = new RecordingReply();
    Exchange exchange = runtime.begin(post(Body.Whole.EMPTY, reply));
    exchange.send(1);
    runtime.next();
    var ending = receiving(exchange);
    runtime.says(ANSWER, 0, 1, answer("", text("first")));
    assertThat(reply.started.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
    reply.goAway();
    Frame cancel = runtime.next();
    assertThat(cancel.type()).isEqualTo(5);
    assertThat(cancel.stream()).isEqualTo(1);
    runtime.says(BODY, END, 1, text("last"));
    assertThat(((Ending.Answered) end(ending)).payload())
        .isInstanceOfSatisfying(Payload.Streamed.class, s -> assertThat(s.complete()).isFalse());
  }

  @Test
  void a_caller_that_takes_no_more_cancels_the_stream_and_the_rest_is_dropped() throws Exception {
    var reply = new RecordingReply(10);
    Exchange exchange = runtime.begin(post(Body.Whole.EMPTY, reply));
    exchange.send(1);
    runtime.next();
    var ending = receiving(exchange);
    runtime.says(ANSWER, 0, 1, answer("", text("12345")));
    runtime.says(BODY, 0, 1, text("1234567"));
    assertThat(runtime.next().type()).isEqualTo(5);
    runtime.says(BODY, END, 1, text("1"));
    assertThat(end(ending)).isInstanceOf(Ending.Answered.class);
    assertThat(reply.body()).hasSize(5);
  }

  @Test
  void a_caller_that_goes_away_after_the_end_is_no_business_of_the_next_exchange()
      throws Exception {
    var reply = new RecordingReply();
    Exchange first = runtime.begin(post(Body.Whole.EMPTY, reply));
    first.send(1);
    runtime.next();
    runtime.says(ANSWER, 0, 1, answer("", NOTHING));
    runtime.says(BODY, END, 1, NOTHING);
    assertThat(first.receive()).isInstanceOf(Ending.Answered.class);
    reply.goAway();

    Exchange second = runtime.begin(post(NOTHING));
    second.send(2);
    assertThat(runtime.next().type()).isEqualTo(2);
  }
}
