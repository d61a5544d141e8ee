package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// R8: CANCEL at every point of a request. The handler is ended as its language does, the stream
/// ends in time, and the runtime serves the next request.
final class CancelTest extends ConformanceTest {
  /// R8 allows one second; a second more is for a busy machine, and N times both for one that is
  /// said to be slow (`-Dopenlambda.slow=N`), as an emulator is.
  private static final Duration IN_TIME =
      Duration.ofSeconds(2L * Integer.getInteger("openlambda.slow", 1));

  private static final int ENDLESS = 1_000_000_000;

  CancelTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  /// Takes frames up to END, which must come in time.
  private static void endsInTime(Call call) throws InterruptedException {
    long start = System.nanoTime();
    call.awaitEnd();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
  }

  @Test
  void R8_before_the_handler_starts() throws Exception {
    for (String bundle : List.of("echo", "bytes", "bytes_async")) {
      var runtime = start(bundle);
      WorkerFrame request = runtime.request("1", false);
      var specialise = WorkerFrame.specialise(runtime.specialisation());
      runtime.link().send(specialise, request, WorkerFrame.cancel(request.stream()));
      endsInTime(runtime.sent(request));
      assertThat(runtime.call("2").text()).isEqualTo("2");
    }
  }

  @Test
  void R8_with_the_request_that_is_complete() throws Exception {
    for (String bundle : List.of("echo", "bytes", "bytes_async")) {
      var runtime = specialised(bundle);
      for (int round = 0; round < 3; round++) {
        WorkerFrame request = runtime.request("1", true);
        runtime.link().send(request, WorkerFrame.cancel(request.stream()));
        endsInTime(runtime.sent(request));
        assertThat(runtime.call("2").text()).isEqualTo("2");
      }
    }
  }

  @Test
  void R8_while_the_handler_waits_for_the_requests_body() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async")) {
      var runtime = specialised(bundle);
      endsInTime(runtime.begin().send("a", false).awaitBody(1).cancel());
      assertThat(runtime.call("b").text()).isEqualTo("b");
    }
    for (String bundle : List.of("consume", "echo")) {
      var runtime = specialised(bundle);
      endsInTime(runtime.begin().send("1", false).cancel());
      assertThat(runtime.call("2").failed()).isFalse();
    }
  }

  @Test
  void R8_while_the_answer_streams() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      var gate = gate();
      for (int round = 0; round < 2; round++) {
        var endless = Map.of("pieces", ENDLESS, "size", 1_000, "gate", gate.path());
        Call call = runtime.open(endless).credit(0xFFFF_FFFFL).awaitBody(2 * Referee.WINDOW);
        call.cancel();
        gate.await("closed").letGo();
        endsInTime(call);
      }
      assertThat(runtime.call(Map.of("pieces", 2, "size", 2)).text()).isEqualTo("xxxx");
    }
  }

  @Test
  void R8_while_the_answer_waits_for_credit() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      var gate = gate();
      for (int size : new int[] {1_000, 10 * Referee.WINDOW}) {
        var endless = Map.of("pieces", ENDLESS, "size", size, "gate", gate.path());
        Call call = runtime.open(endless).awaitBody(Referee.WINDOW);
        call.cancel();
        gate.await("closed").letGo();
        endsInTime(call);
        assertThat(call.body()).hasSize(Referee.WINDOW);
      }
      assertThat(runtime.call(Map.of("pieces", 2, "size", 2)).text()).isEqualTo("xxxx");
    }
  }

  @Test
  void R8_while_a_large_document_waits_for_credit() throws Exception {
    var runtime = specialised("echo");
    String document = '"' + "y".repeat(2 * Referee.WINDOW) + '"';
    Call call = runtime.begin().send(document, true).awaitBody(Referee.WINDOW);
    endsInTime(call.cancel());
    assertThat(runtime.call("2").text()).isEqualTo("2");
  }

  @Test
  void R8_while_an_asynchronous_handler_waits_for_something_else() throws Exception {
    var runtime = specialised("wait_async");
    var gate = gate();
    for (int round = 0; round < 2; round++) {
      Call call = runtime.open(Map.of("gate", gate.path()));
      Gate.Visitor visitor = gate.await("here");
      call.cancel();
      gate.await("closed").letGo();
      visitor.awaitDeparture();
      endsInTime(call);
    }
    Call next = runtime.open(Map.of("gate", gate.path()));
    gate.await("here").letGo();
    gate.await("closed").letGo();
    assertThat(next.finish().text()).isEqualTo("\"went on\"");
  }

  @Test
  void R8_between_two_pieces_of_an_asynchronous_stream() throws Exception {
    var runtime = specialised("stream_async");
    var gate = gate();
    Call call = runtime.open(Map.of("pieces", 2, "size", 1, "wait", true, "gate", gate.path()));
    call.awaitBody(1);
    Gate.Visitor visitor = gate.await("next");
    call.cancel();
    gate.await("closed").letGo();
    visitor.awaitDeparture();
    endsInTime(call);
    assertThat(runtime.call(Map.of("pieces", 2, "size", 2)).text()).isEqualTo("xxxx");
  }

  @Test
  void R8_a_handler_that_does_not_want_to_end_does_not_keep_the_stream() throws Exception {
    var runtime = specialised("stubborn");
    var gate = gate();
    Call call = runtime.open(Map.of("gate", gate.path()));
    gate.await("here");
    endsInTime(call.cancel());
    assertThat(runtime.call("{}").text()).isEqualTo("\"alive\"");
  }

  @Test
  void R8_a_handler_that_blocks_may_miss_it_and_the_next_request_is_served() throws Exception {
    var runtime = specialised("wait");
    var gate = gate();
    Call call = runtime.open(Map.of("gate", gate.path()));
    Gate.Visitor visitor = gate.await("here");
    call.cancel();
    visitor.letGo();
    endsInTime(call);
    Call next = runtime.open(Map.of("gate", gate.path()));
    gate.await("here").letGo();
    assertThat(next.finish().text()).isEqualTo("\"went on\"");
  }

  @Test
  void R8_twice_ends_the_stream_once() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async")) {
      var runtime = specialised(bundle);
      Call call = runtime.begin().send("a", false).awaitBody(1);
      endsInTime(call.cancel().cancel());
      assertThat(runtime.call("b").text()).isEqualTo("b");
    }
  }
}
