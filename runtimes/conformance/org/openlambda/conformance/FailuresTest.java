package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// FAILED, and that a runtime lives on after it.
final class FailuresTest extends ConformanceTest {
  FailuresTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  @Test
  void a_failure_has_the_handlers_type_message_and_trace() throws Exception {
    Call call = specialised("fail").call(Map.of("message", "why"));
    assertThat(call.failure().type()).contains("Deliberate");
    assertThat(call.failure().message()).isEqualTo("why");
    assertThat(call.failure().trace()).contains("Deliberate").contains("why");
    assertThat(call.failure().phase()).isEqualTo("call");
    assertThat(call.begun()).isFalse();
  }

  @Test
  void a_failure_may_come_after_the_answer_has_begun() throws Exception {
    var runtime = specialised("fail_midway");
    for (int round = 0; round < 2; round++) {
      Call call = runtime.call("");
      assertThat(call.text()).isEqualTo("begun");
      assertThat(call.failure().message()).isEqualTo("midway");
      assertThat(call.failure().phase()).isEqualTo("call");
    }
  }

  @Test
  void a_runtime_serves_on_after_failures() throws Exception {
    var runtime = specialised("echo");
    assertThat(runtime.call("{ not JSON").failed()).isTrue();
    assertThat(runtime.call("[1]").text()).isEqualTo("[1]");
    Call unfinished = runtime.begin().send("{", false).send(" not JSON", true).finish();
    assertThat(unfinished.failed()).isTrue();
    assertThat(runtime.call("2").text()).isEqualTo("2");
  }

  @Test
  void R2_a_failure_with_an_endless_message_fits_a_frame() throws Exception {
    Call call = specialised("fail").begin();
    call.send(Json.text(Map.of("message", "m".repeat(1_000_000))), true).finish();
    assertThat(call.failure().type()).contains("Deliberate");
    assertThat(call.failure().message()).startsWith("mmm");
  }

  @Test
  void R14_a_failure_may_have_any_characters() throws Exception {
    var runtime = specialised("fail");
    Call call = runtime.call(Map.of("message", "ä\uD83D\uDE00\0\u2028\uD800"));
    assertThat(call.failure().message()).startsWith("ä\uD83D\uDE00\0\u2028");
  }

  @Test
  void R14_bodies_that_are_not_UTF_8_do_not_break_the_link() throws Exception {
    var runtime = specialised("echo");
    for (String latin :
        new String[] {
          "\"\u00FF\"",
          "\u00C3",
          "\u00FF\u00FE",
          "\u00EF\u00BB\u00BF1",
          "\"\u00ED\u00A0\u0080\"",
          "\0"
        }) {
      runtime.call(latin.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(runtime.call("7").text()).isEqualTo("7");
    }
    byte[] all = new byte[256];
    for (int value = 0; value < all.length; value++) {
      all[value] = (byte) value;
    }
    assertThat(specialised("bytes").call(all).body()).isEqualTo(all);
  }

  @Test
  void R14_a_document_nested_without_end_does_not_break_the_link() throws Exception {
    var runtime = specialised("echo");
    runtime.call("[".repeat(50_000));
    runtime.call("[".repeat(30_000) + "]".repeat(30_000));
    assertThat(runtime.call("7").text()).isEqualTo("7");
  }
}
