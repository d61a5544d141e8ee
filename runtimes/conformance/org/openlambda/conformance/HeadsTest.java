package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Heads of requests and answers. [RuntimeFrame] objects to an answer's head that breaks R13.
final class HeadsTest extends ConformanceTest {
  HeadsTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  @Test
  void a_request_reaches_the_handler_as_received() throws Exception {
    var head = StartedRuntime.requestHead();
    head.put("id", "r-42");
    head.put("method", "PATCH");
    head.put("path", "/a%20b/%C3%A4//..%2f");
    head.put("query", "x=1&x=%00&=");
    head.put("headers", List.of(List.of("a", "1"), List.of("b", "ä"), List.of("a", "2")));
    Call call = specialised("request").begin(head).send("", true).finish();
    assertThat(call.json())
        .isEqualTo(
            Json.parse(
                Json.bytes(
                    Map.of(
                        "id", "r-42",
                        "method", "PATCH",
                        "target", "/run/hello/a%20b/%C3%A4//..%2f",
                        "query", "x=1&x=%00&=",
                        "headers", head.get("headers")))));
  }

  @Test
  void an_answer_has_the_handlers_status_and_headers_in_their_order() throws Exception {
    var headers = List.of(List.of("b", "1"), List.of("a", ""), List.of("b", "ÿ \t2"));
    var runtime = specialised("head");
    for (int status : new int[] {200, 204, 404, 599}) {
      Call call = runtime.call(Map.of("status", status, "headers", headers, "body", "b"));
      assertThat(call.head().status()).isEqualTo(status);
      assertThat(call.head().headers())
          .extracting(header -> List.of(header.name(), header.value()))
          .isEqualTo(headers);
    }
  }

  @Test
  void R13_headers_that_cannot_be_sent_are_a_failure_of_the_handler() throws Exception {
    var runtime = specialised("head");
    for (String text : List.of("\u0100", "\uD83D\uDE00", "\uD800", "a\rb", "a\nb", "\n", "a\0b")) {
      for (var header : List.of(List.of("x", text), List.of(text, "x"))) {
        Call call = runtime.call(Map.of("headers", List.of(header)));
        assertThat(call.failure().phase()).as(Json.text(header)).isEqualTo("call");
        assertThat(call.begun()).isFalse();
      }
    }
    assertThat(runtime.call(Map.of("headers", List.of(List.of("", "x")))).failed()).isTrue();
    assertThat(runtime.call(Map.of("body", "alive")).text()).isEqualTo("alive");
  }

  @Test
  void R13_a_status_that_cannot_be_sent_is_a_failure_of_the_handler() throws Exception {
    var runtime = specialised("head");
    for (Object status : List.of(0, 100, 199, 600, -200, 65_736, 200.5, "no", true, List.of())) {
      Call call = runtime.call(Map.of("status", status));
      assertThat(call.failure().phase()).as(status.toString()).isEqualTo("call");
    }
  }

  @Test
  void R13_more_headers_than_a_frame_holds_are_a_failure_of_the_handler() throws Exception {
    var runtime = specialised("head");
    var large = Map.of("headers", List.of(List.of("x", "v".repeat(70_000))));
    assertThat(runtime.begin().send(Json.text(large), true).finish().failed()).isTrue();
    assertThat(runtime.call(Map.of("body", "alive")).text()).isEqualTo("alive");
  }

  @Test
  void R14_names_and_strings_may_have_any_characters() throws Exception {
    String odd = "ä\uD83D\uDE00\u2028\u0000\uD800\"\\";
    var runtime = start("bytes");
    runtime.specialise(Map.of("function", odd, "version", odd, odd, odd));
    var head = StartedRuntime.requestHead();
    for (String member : List.of("id", "mount", "path", "query", "scheme", "peer", "method")) {
      head.put(member, odd);
    }
    head.put("headers", List.of(List.of(odd, odd)));
    head.put(odd, odd);
    runtime.begin(head).send("", true).finish();
    assertThat(runtime.call("7").text()).isEqualTo("7");
    var other = specialised("request");
    other.begin(head).send("", true).finish();
    JsonNode seen = other.begin().send("", true).finish().json();
    assertThat(seen.path("id").asString()).isEqualTo("request-1");
  }

  @Test
  void R14_an_environment_that_cannot_be_is_a_failure_to_load_or_left_out() throws Exception {
    var environments =
        List.of(Map.of("KEY", "a\0b"), Map.of("KEY", "\uD800"), Map.of("a=b", "c"), Map.of("", ""));
    for (var environment : environments) {
      Call call = start("echo").specialise(Map.of("environment", environment)).call("1");
      assertThat(!call.failed() || call.failure().phase().equals("load")).isTrue();
    }
  }

  @Test
  void R14_a_head_that_is_not_UTF_8_does_not_break_the_link() throws Exception {
    for (String bundle : List.of("request", "bytes", "echo")) {
      var runtime = specialised(bundle);
      byte[] head =
          Json.text(StartedRuntime.requestHead())
              .replace("POST", "P\u00FFST")
              .getBytes(StandardCharsets.ISO_8859_1);
      WorkerFrame request = runtime.request(head, new byte[] {'1'}, true);
      runtime.link().send(request);
      runtime.sent(request).finish();
      assertThat(runtime.call("2").failed()).isFalse();
    }
  }
}
