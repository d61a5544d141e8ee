package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// R9: the end of the link ends the process, at every point; and what else ends it.
final class EndTest extends ConformanceTest {
  EndTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  private static void endsWithItsLink(StartedRuntime runtime) throws Exception {
    runtime.link().close();
    assertThat(runtime.awaitExit()).as("exit status after end-of-file").isPresent();
  }

  @Test
  void R9_before_anything_was_said() throws Exception {
    endsWithItsLink(start("echo"));
    var ready = start("echo");
    ready.step();
    endsWithItsLink(ready);
  }

  @Test
  void R9_between_SPECIALISE_and_the_first_request() throws Exception {
    endsWithItsLink(specialised("echo"));
  }

  @Test
  void R9_between_requests() throws Exception {
    for (String bundle : List.of("echo", "bytes_async")) {
      var runtime = specialised(bundle);
      runtime.call("1");
      endsWithItsLink(runtime);
    }
  }

  @Test
  void R9_inside_a_frame() throws Exception {
    for (int count : new int[] {1, WorkerFrame.HEADER_SIZE, WorkerFrame.HEADER_SIZE + 9}) {
      var runtime = specialised("echo");
      runtime.link().sendBytes(runtime.request("1", true), count);
      endsWithItsLink(runtime);
    }
  }

  @Test
  void R9_while_the_handler_waits_for_the_requests_body() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async")) {
      var runtime = specialised(bundle);
      runtime.begin().send("a", false).awaitBody(1);
      endsWithItsLink(runtime);
    }
  }

  @Test
  void R9_while_the_answer_streams_or_waits_for_credit() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      for (long credit : new long[] {0, 0xFFFF_FFFFL}) {
        var runtime = specialised(bundle);
        Call call = runtime.open(Map.of("pieces", 1_000_000_000, "size", 1_000));
        call.credit(credit).awaitBody(Referee.WINDOW);
        endsWithItsLink(runtime);
      }
    }
  }

  @Test
  void R9_while_an_asynchronous_handler_waits_for_something_else() throws Exception {
    var runtime = specialised("wait_async");
    var gate = gate();
    runtime.open(Map.of("gate", gate.path()));
    gate.await("here");
    endsWithItsLink(runtime);
  }

  @Test
  void R9_while_a_handler_that_was_cancelled_does_not_want_to_end() throws Exception {
    var runtime = specialised("stubborn");
    var gate = gate();
    Call call = runtime.open(Map.of("gate", gate.path()));
    gate.await("here");
    call.cancel();
    endsWithItsLink(runtime);
  }

  @Test
  void R9_a_handler_that_blocks_is_ended_when_it_returns() throws Exception {
    var runtime = specialised("wait");
    var gate = gate();
    runtime.open(Map.of("gate", gate.path()));
    Gate.Visitor visitor = gate.await("here");
    runtime.link().close();
    visitor.letGo();
    assertThat(runtime.awaitExit()).isPresent();
  }

  @Test
  void R9_a_worker_that_only_stops_writing_is_gone_too() throws Exception {
    for (String bundle : List.of("echo", "bytes", "bytes_async")) {
      var runtime = specialised(bundle);
      runtime.call("1");
      Call open = runtime.begin();
      runtime.link().endOutput();
      assertThat(runtime.awaitExit()).as(bundle).isPresent();
      assertThat(open.failed()).isFalse();
    }
  }

  @Test
  void a_handler_may_end_the_process_and_what_it_printed_is_on_the_log() throws Exception {
    var runtime = specialised("exit");
    runtime.open(Map.of("status", 3));
    while (runtime.link().next().isPresent()) {}
    assertThat(runtime.awaitExit()).hasValue(3);
    assertThat(runtime.logSoFar()).isEqualTo("last words");
  }
}
