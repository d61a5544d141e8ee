package org.openlambda.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.openlambda.worker.link.ScriptedRuntime.ANSWER;
import static org.openlambda.worker.link.ScriptedRuntime.BODY;
import static org.openlambda.worker.link.ScriptedRuntime.CREDIT;
import static org.openlambda.worker.link.ScriptedRuntime.END;
import static org.openlambda.worker.link.ScriptedRuntime.FAILED;
import static org.openlambda.worker.link.ScriptedRuntime.LOADED;
import static org.openlambda.worker.link.ScriptedRuntime.READY;
import static org.openlambda.worker.link.ScriptedRuntime.answer;
import static org.openlambda.worker.link.ScriptedRuntime.frame;
import static org.openlambda.worker.link.ScriptedRuntime.text;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.core.invocation.Body;
import org.openlambda.worker.Sample;

/// Everything a runtime may say that it must not, each with the words in which the worker names it.
@Timeout(20)
class BreachTest {
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] READY_JSON =
      text("{\"protocol\":1,\"runtime\":\"test\",\"streams\":1}");

  @ParameterizedTest
  @MethodSource
  void a_frame_that_breaks_a_rule_ends_the_exchange(byte[] frames, String named)
      throws IOException {
    try (var runtime = ScriptedRuntime.connect()) {
      var invocation = Sample.invocation(Sample.version(), Body.Whole.EMPTY, new RecordingReply());
      Exchange exchange = runtime.beginLoading(invocation);
      exchange.send(1);
      runtime.raw(frames);
      assertThat(exchange.receive())
          .isInstanceOfSatisfying(
              Ending.Broken.class, broken -> assertThat(broken.what()).contains(named));
    }
  }

  static Stream<Arguments> a_frame_that_breaks_a_rule_ends_the_exchange() {
    byte[] loaded = frame(LOADED, 0, 0, new byte[8]);
    byte[] begun = frame(ANSWER, 0, 1, answer("", NOTHING));
    byte[] whole = frame(ANSWER, END, 1, answer("", NOTHING));
    return Stream.of(
        argumentSet("length 65537", length(65_537), "a frame of 65537 bytes"),
        argumentSet("length -1", length(-1), "a frame of 4294967295 bytes"),
        argumentSet("type 0", frame(0, 0, 1, NOTHING), "unknown type 0"),
        argumentSet("type 22", frame(22, 0, 1, NOTHING), "unknown type 22"),
        argumentSet("type 255", frame(255, 0, 1, NOTHING), "unknown type -1"),
        argumentSet("the worker's own type", frame(2, 0, 1, NOTHING), "unknown type 2"),
        argumentSet("flag 2", frame(ANSWER, 2, 1, NOTHING), "unknown flags"),
        argumentSet("flag 128", frame(ANSWER, 0x81, 1, NOTHING), "unknown flags"),
        argumentSet("reserved bits", reserved(), "unknown flags"),
        argumentSet("READY again", frame(READY, 0, 0, READY_JSON), "READY where an answer"),
        argumentSet("ANSWER of stream 0", frame(ANSWER, END, 0, NOTHING), "for stream 0"),
        argumentSet("ANSWER of stream 2", frame(ANSWER, END, 2, NOTHING), "for stream 2"),
        argumentSet("FAILED of stream 2", frame(FAILED, END, 2, NOTHING), "for stream 2"),
        argumentSet("CREDIT of stream 2", frame(CREDIT, 0, 2, new byte[4]), "for stream 2"),
        argumentSet("BODY before ANSWER", frame(BODY, 0, 1, NOTHING), "BODY before ANSWER"),
        argumentSet("a second ANSWER", join(begun, begun), "a second ANSWER"),
        argumentSet("ANSWER of 3 bytes", frame(ANSWER, END, 1, new byte[3]), "longer than"),
        argumentSet("head too long", frame(ANSWER, END, 1, number(1)), "longer than the frame"),
        argumentSet("head of -1", frame(ANSWER, END, 1, number(-1)), "longer than the frame"),
        argumentSet("head no JSON", whole("{\"status\":"), "no JSON of the protocol"),
        argumentSet("head an array", whole("[]"), "the head of ANSWER: START_ARRAY"),
        argumentSet("head too deep", whole("[".repeat(20)), "the head of ANSWER"),
        argumentSet("status a word", whole("{\"status\":\"ok\"}"), "no JSON of the protocol"),
        argumentSet("status huge", whole("{\"status\":1e99}"), "no JSON of the protocol"),
        argumentSet("status 199", whole("{\"status\":199}"), "status 199"),
        argumentSet("status 600", whole("{\"status\":600}"), "status 600"),
        argumentSet("headers a word", whole("{\"headers\":\"a\"}"), "headers: VALUE_STRING"),
        argumentSet("header of one", whole("{\"headers\":[[\"a\"]]}"), "a header's value"),
        argumentSet("header of three", header("\"a\",\"b\",\"c\""), "the end of a header"),
        argumentSet("header a number", header("\"a\",1"), "a header's value"),
        argumentSet("header with CR", header("\"a\",\"b\\rc\""), "HTTP cannot carry: 'a'"),
        argumentSet("header with LF", header("\"a\\n\",\"b\""), "HTTP cannot carry"),
        argumentSet("header with NUL", header("\"a\",\"\\u0000\""), "HTTP cannot carry"),
        argumentSet("header not Latin", header("\"a\",\"\\u20ac\""), "HTTP cannot carry"),
        argumentSet("header unnamed", header("\"\",\"b\""), "HTTP cannot carry"),
        argumentSet("257 headers", header("\"a\",\"b\"],[".repeat(256) + "\"a\",\"b\""), "256"),
        argumentSet("FAILED without END", frame(FAILED, 0, 1, text("{}")), "FAILED without END"),
        argumentSet("FAILED no JSON", frame(FAILED, END, 1, text("no")), "FAILED is no JSON"),
        argumentSet("FAILED empty", frame(FAILED, END, 1, NOTHING), "FAILED"),
        argumentSet("CREDIT of 3 bytes", frame(CREDIT, 0, 1, new byte[3]), "CREDIT of 3 bytes"),
        argumentSet("CREDIT of 0", frame(CREDIT, 0, 1, number(0)), "a CREDIT of 0 bytes"),
        argumentSet("CREDIT of -1", frame(CREDIT, 0, 1, number(-1)), "CREDIT of 4294967295"),
        argumentSet("CREDIT of 1 GiB", frame(CREDIT, 0, 1, number(1 << 30)), "a CREDIT of"),
        argumentSet("LOADED of 7 bytes", frame(LOADED, 0, 0, new byte[7]), "LOADED that nobody"),
        argumentSet("LOADED of a stream", frame(LOADED, 0, 1, new byte[8]), "LOADED that nobody"),
        argumentSet("LOADED twice", join(loaded, loaded), "LOADED that nobody"),
        argumentSet("a frame after the end", join(whole, loaded), "frames after the end"),
        argumentSet("a byte after the end", join(whole, new byte[1]), "frames after the end"));
  }

  private static byte[] whole(String head) {
    return frame(ANSWER, END, 1, answer(head, NOTHING));
  }

  private static byte[] header(String inner) {
    return whole("{\"headers\":[[" + inner + "]]}");
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] length(int length) {
    byte[] frame = frame(ANSWER, END, 1, NOTHING);
    ByteBuffer.wrap(frame).putInt(length);
    return frame;
  }

  private static byte[] reserved() {
    byte[] frame = frame(ANSWER, END, 1, answer("", NOTHING));
    frame[7] = 1;
    return frame;
  }

  private static byte[] join(byte[]... frames) {
    var all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u001b[31m\u009b", "\u0000", "\"\\u001b"})
  void what_a_breach_quotes_cannot_drive_a_terminal(String json) throws IOException {
    for (byte[] frames : List.of(whole(json), frame(FAILED, END, 1, text(json)))) {
      try (var runtime = ScriptedRuntime.connect()) {
        Exchange exchange =
            runtime.begin(
                Sample.invocation(Sample.version(), Body.Whole.EMPTY, new RecordingReply()));
        exchange.send(1);
        runtime.raw(frames);
        assertThat(exchange.receive())
            .isInstanceOfSatisfying(
                Ending.Broken.class,
                broken ->
                    assertThat(broken.what()).doesNotContainPattern("[\\p{Cntrl}\\x{80}-\\x{9f}]"));
      }
    }
  }

  @Test
  void loading_is_reported_only_by_a_sandbox_that_was_to_load() throws IOException {
    try (var runtime = ScriptedRuntime.connect()) {
      Exchange exchange =
          runtime.begin(
              Sample.invocation(Sample.version(), Body.Whole.EMPTY, new RecordingReply()));
      exchange.send(1);
      runtime.says(LOADED, 0, 0, new byte[8]);
      assertThat(exchange.receive()).isEqualTo(new Ending.Broken("a LOADED that nobody asked for"));
    }
  }

  @Test
  void the_first_frame_is_ready() throws Exception {
    try (var runtime = ScriptedRuntime.connect()) {
      runtime.says(READY, 0, 0, READY_JSON);
      assertThat(runtime.link().awaitReady()).isEqualTo("test");
    }
  }

  @ParameterizedTest
  @MethodSource
  void what_is_no_proper_ready_is_refused(byte[] frames, String named) throws IOException {
    try (var runtime = ScriptedRuntime.connect()) {
      runtime.raw(frames);
      assertThatThrownBy(() -> runtime.link().awaitReady())
          .isInstanceOf(Breach.class)
          .hasMessageContaining(named);
    }
  }

  static Stream<Arguments> what_is_no_proper_ready_is_refused() {
    byte[] ready = frame(READY, 0, 0, READY_JSON);
    return Stream.of(
        argumentSet("an ANSWER", frame(ANSWER, END, 1, NOTHING), "the first frame is ANSWER"),
        argumentSet("of a stream", frame(READY, 0, 1, READY_JSON), "not READY"),
        argumentSet("no JSON", frame(READY, 0, 0, text("hi")), "READY is no JSON object"),
        argumentSet("protocol 2", frame(READY, 0, 0, text("{\"protocol\":2}")), "protocol 2"),
        argumentSet("twice", join(ready, ready), "frames after READY"));
  }

  @Test
  void the_end_instead_of_ready_says_that_the_link_closed() throws IOException {
    try (var runtime = ScriptedRuntime.connect()) {
      runtime.raw(new byte[5]);
      runtime.hangUp();
      assertThatThrownBy(() -> runtime.link().awaitReady()).isInstanceOf(EOFException.class);
    }
  }
}
