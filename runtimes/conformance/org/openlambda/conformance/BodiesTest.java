package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bodies in both directions, and the credit they use. [Referee] objects to bytes without credit.
final class BodiesTest extends ConformanceTest {
  private static final int LARGE = 6 * 1024 * 1024;

  BodiesTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  private static byte[] large() {
    byte[] bytes = new byte[LARGE];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @Test
  void R5_frames_of_a_stream_that_has_ended_are_ignored() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async", "unread")) {
      var runtime = specialised(bundle);
      Call first = runtime.begin().send("a", true).finish();
      first.credit(1).cancel().cancel();
      Call second = runtime.begin().send("b", false);
      first.credit(1).cancel();
      second.send("c", true).finish();
      first.cancel();
      assertThat(second.text()).isEqualTo(bundle.equals("unread") ? "unread" : "bc");
    }
  }

  @Test
  void R5_a_body_that_goes_on_after_the_runtimes_END_is_ignored() throws Exception {
    var runtime = specialised("unread");
    Call over = runtime.begin().awaitEnd();
    Call next = runtime.begin();
    over.send("late", false).send("later", true);
    assertThat(next.awaitEnd().text()).isEqualTo("unread");
    assertThat(runtime.call("").text()).isEqualTo("unread");
  }

  @Test
  void R5_the_rest_of_an_unread_body_is_thrown_away() throws Exception {
    var runtime = specialised("unread");
    for (int round = 0; round < 3; round++) {
      Call call = runtime.begin().send(new byte[100_000], false).awaitEnd();
      assertThat(call.head().status()).isEqualTo(202);
      assertThat(call.text()).isEqualTo("unread");
      call.send(new byte[Referee.WINDOW - 100_000], true);
    }
    assertThat(runtime.call("x").text()).isEqualTo("unread");
  }

  @Test
  void R6_a_whole_window_can_be_sent_to_a_handler_that_does_not_read() throws Exception {
    var runtime = specialised("unread");
    Call call = runtime.call(new byte[Referee.WINDOW]);
    assertThat(call.text()).isEqualTo("unread");
    assertThat(runtime.call("x").text()).isEqualTo("unread");
  }

  @Test
  void R6_a_body_of_6_MiB_is_read_while_credit_is_given_for_it() throws Exception {
    byte[] body = large();
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    Call call = specialised("consume").call(body);
    assertThat(call.json())
        .isEqualTo(Json.parse(Json.bytes(Map.of("size", LARGE, "sha256", digest))));
  }

  @Test
  void R6_an_answer_of_6_MiB_comes_as_credit_is_given() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      for (int pieces : new int[] {1, 96}) {
        Call call = runtime.call(Map.of("pieces", pieces, "size", LARGE / pieces));
        assertThat(call.text()).isEqualTo("x".repeat(LARGE));
      }
    }
  }

  @Test
  void R6_bodies_of_6_MiB_go_both_ways_at_once() throws Exception {
    byte[] body = large();
    for (String bundle : List.of("bytes", "bytes_async")) {
      assertThat(Arrays.equals(specialised(bundle).call(body).body(), body)).as(bundle).isTrue();
    }
  }

  @Test
  void R6_credit_for_a_body_of_small_pieces_is_given_in_large_steps() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async")) {
      Call call = specialised(bundle).begin();
      for (int piece = 0; piece < 600; piece++) {
        call.send(new byte[1_000], false);
      }
      assertThat(call.send("", true).finish().body()).hasSize(600_000);
    }
  }

  @Test
  void R6_a_document_of_6_MiB_is_parsed_and_answered() throws Exception {
    String document = '"' + "y".repeat(LARGE) + '"';
    assertThat(specialised("echo").begin().send(document, true).finish().text())
        .isEqualTo(document);
  }

  @Test
  void R6_an_answer_stops_at_its_window_and_uses_exactly_the_credit_it_is_given() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      int extra = 70_005;
      Call call = runtime.open(Map.of("pieces", 1, "size", Referee.WINDOW + extra));
      int expected = Referee.WINDOW;
      for (int credit : new int[] {0, 1, 2, 65_536, 4_000, 466}) {
        if (credit > 0) {
          call.credit(credit);
        }
        expected += credit;
        call.awaitBody(expected);
        assertThat(call.body()).hasSize(expected);
      }
      assertThat(expected).isEqualTo(Referee.WINDOW + extra);
      call.awaitEnd();
    }
  }

  @Test
  void R6_an_answer_that_fits_the_window_exactly_ends_without_credit() throws Exception {
    var runtime = specialised("stream");
    Call call = runtime.open(Map.of("pieces", 4, "size", Referee.WINDOW / 4)).awaitEnd();
    assertThat(call.body()).hasSize(Referee.WINDOW);
    String document = '"' + "y".repeat(Referee.WINDOW - 2) + '"';
    var echo = specialised("echo");
    Call whole = echo.begin().send(document, true).awaitEnd();
    assertThat(whole.body()).hasSize(Referee.WINDOW);
  }

  @Test
  void R6_credit_may_be_as_large_as_the_field() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      Call call = runtime.open(Map.of("pieces", 4, "size", Referee.WINDOW));
      long most = 0xFFFF_FFFFL;
      call.awaitBody(Referee.WINDOW).credit(most).credit(most).awaitEnd();
      assertThat(call.body()).hasSize(4 * Referee.WINDOW);
    }
  }

  @Test
  void R7_a_piece_is_sent_as_soon_as_the_handler_yields_it() throws Exception {
    for (String bundle : List.of("stream", "stream_async")) {
      var runtime = specialised(bundle);
      var gate = gate();
      var event = Map.of("pieces", 3, "size", 5, "wait", true, "gate", gate.path());
      Call call = runtime.open(event);
      call.awaitBody(5);
      gate.await("next").letGo();
      call.awaitBody(10);
      gate.await("next").letGo();
      call.awaitBody(15);
      gate.await("closed").letGo();
      assertThat(call.awaitEnd().text()).isEqualTo("x".repeat(15));
    }
  }

  @Test
  void R7_a_piece_of_an_answer_does_not_wait_for_the_rest_of_the_request() throws Exception {
    for (String bundle : List.of("bytes", "bytes_async")) {
      Call call = specialised(bundle).begin();
      for (int sent = 1; sent <= 5; sent++) {
        call.send("z", false).awaitBody(sent);
      }
      assertThat(call.send("", true).awaitEnd().text()).isEqualTo("zzzzz");
    }
  }
}
