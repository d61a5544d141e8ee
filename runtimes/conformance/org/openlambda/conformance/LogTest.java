package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// R1: what the handler printed is on the log before the last frame of its stream. Nothing here
/// waits for the log: it is read once, after END.
final class LogTest extends ConformanceTest {
  LogTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  @Test
  void R1_what_was_printed_is_on_the_log_before_the_answer_ends() throws Exception {
    var runtime = specialised("print");
    runtime.call(Map.of("out", "first"));
    assertThat(runtime.logSoFar()).isEqualTo("first");
    runtime.call(Map.of("err", ", second"));
    assertThat(runtime.logSoFar()).isEqualTo("first, second");
    runtime.call(Map.of("out", "\nlines\nand a rest"));
    assertThat(runtime.logSoFar()).isEqualTo("first, second\nlines\nand a rest");
  }

  @Test
  void R1_any_text_can_be_printed() throws Exception {
    var runtime = specialised("print");
    Call call = runtime.call(Map.of("out", "ä\uD83D\uDE00\0\uD800\n"));
    assertThat(call.text()).isEqualTo("null");
    assertThat(runtime.logSoFar()).startsWith("ä\uD83D\uDE00\0").endsWith("\n");
  }

  @Test
  void R1_what_was_printed_before_a_failure_is_on_the_log() throws Exception {
    var runtime = specialised("fail");
    runtime.call(Map.of("message", "why", "print", "before"));
    assertThat(runtime.logSoFar()).isEqualTo("before");
  }

  @Test
  void R1_what_a_stream_printed_last_is_on_the_log_before_END() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      runtime.call(Map.of("pieces", 2, "size", 1, "print", "last"));
      assertThat(runtime.logSoFar()).isEqualTo("last");
    }
  }

  @Test
  void what_is_printed_never_is_on_the_link() throws Exception {
    var runtime = specialised("print");
    String frameLike = "\0\0\0\0\u0013\u0001\0\0\0\0\0\u0001".repeat(100);
    assertThat(runtime.call(Map.of("out", frameLike)).text()).isEqualTo("null");
    assertThat(runtime.logSoFar()).isEqualTo(frameLike);
  }
}
