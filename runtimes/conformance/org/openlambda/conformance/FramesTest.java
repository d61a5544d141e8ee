package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Frames on the link: their borders, their order.
final class FramesTest extends ConformanceTest {
  FramesTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  @Test
  void R2_frames_may_arrive_byte_by_byte() throws Exception {
    var runtime = start("bytes");
    runtime.link().sendByteByByte(WorkerFrame.specialise(runtime.specialisation()));
    for (int round = 0; round < 2; round++) {
      WorkerFrame request = runtime.request("ab", false);
      runtime.link().sendByteByByte(request);
      Call call = runtime.sent(request);
      byte[] rest = "cd".getBytes(StandardCharsets.UTF_8);
      runtime.link().sendByteByByte(WorkerFrame.body(call.stream(), rest, true));
      assertThat(call.finish().text()).isEqualTo("abcd");
    }
  }

  @Test
  void R2_many_frames_may_arrive_at_once() throws Exception {
    var runtime = start("bytes");
    WorkerFrame request = runtime.request("a", false);
    runtime
        .link()
        .send(
            WorkerFrame.specialise(runtime.specialisation()),
            request,
            WorkerFrame.body(request.stream(), new byte[] {'b'}, false),
            WorkerFrame.credit(request.stream(), 1),
            WorkerFrame.body(request.stream(), new byte[] {'c'}, false),
            WorkerFrame.body(request.stream(), new byte[0], true));
    assertThat(runtime.sent(request).finish().text()).isEqualTo("abc");
  }

  @Test
  void R2_the_largest_frames_are_read_and_no_larger_ones_sent() throws Exception {
    var runtime = specialised("bytes");
    byte[] body = new byte[2 * WorkerFrame.PAYLOAD_MAX];
    assertThat(runtime.call(body).body()).isEqualTo(body);

    var echo = specialised("echo");
    for (int size = 65_526; size <= 65_538; size++) {
      String text = '"' + "x".repeat(size - 2) + '"';
      Call call = echo.begin().send(text, true).finish();
      assertThat(call.text()).isEqualTo(text);
    }
  }

  @Test
  void a_stream_may_have_any_number() throws Exception {
    var runtime = specialised("echo");
    for (int stream : new int[] {7, 4_096, Integer.MAX_VALUE, -2, -1}) {
      byte[] head = Json.bytes(StartedRuntime.requestHead());
      WorkerFrame request = WorkerFrame.request(stream, head, new byte[] {'7'}, true);
      runtime.link().send(request);
      assertThat(runtime.sent(request).finish().text()).isEqualTo("7");
    }
  }

  @Test
  void bodies_of_no_bytes_are_bodies() throws Exception {
    var runtime = specialised("bytes");
    assertThat(runtime.call("").body()).isEmpty();
    assertThat(runtime.begin().send("", true).finish().body()).isEmpty();
    assertThat(runtime.begin().send("a", false).send("", true).finish().text()).isEqualTo("a");
  }

  @Test
  void a_head_of_no_bytes_is_a_json_answer() throws Exception {
    Call call = specialised("echo").call(Map.of("a", 1));
    assertThat(call.head().status()).isEqualTo(200);
    assertThat(call.head().header("content-type")).contains("application/json");
    assertThat(call.json()).isEqualTo(Json.parse(Json.bytes(Map.of("a", 1))));
  }
}
