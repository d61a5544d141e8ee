package org.openlambda.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.openlambda.worker.link.ScriptedRuntime.ANSWER;
import static org.openlambda.worker.link.ScriptedRuntime.END;
import static org.openlambda.worker.link.ScriptedRuntime.FAILED;
import static org.openlambda.worker.link.ScriptedRuntime.answer;
import static org.openlambda.worker.link.ScriptedRuntime.text;

import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.time.Patience;
import org.openlambda.worker.Sample;

@Timeout(20)
class EndingTest {
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

  @Test
  void a_failure_says_what_the_handler_raised() throws IOException {
    Exchange exchange = runtime.begin(post(NOTHING));
    exchange.send(1);
    String json =
        "{\"type\":\"ValueError\",\"message\":\"no\",\"trace\":\"T\\n\",\"phase\":\"call\"}";
    runtime.says(FAILED, END, 1, text(json));
    assertThat(exchange.receive()).isEqualTo(new Ending.Failed("ValueError", "no", "T\n", false));
  }

  @Test
  void a_failure_to_load_is_told_from_one_of_a_call() throws IOException {
    Exchange exchange = runtime.beginLoading(post(NOTHING));
    exchange.send(1);
    String json = "{\"type\":\"SyntaxError\",\"message\":\"line 1\",\"phase\":\"load\"}";
    runtime.says(FAILED, END, 1, text(json));
    assertThat(exchange.receive())
        .isEqualTo(new Ending.Failed("SyntaxError", "line 1", "SyntaxError: line 1\n", true));
  }

  @Test
  void a_streamed_answer_may_still_fail() throws IOException {
    Exchange exchange = runtime.begin(post(NOTHING));
    exchange.send(1);
    runtime.says(ANSWER, 0, 1, answer("", text("some")));
    runtime.says(FAILED, END, 1, text("{\"type\":\"E\"}"));
    assertThat(exchange.receive()).isEqualTo(new Ending.Failed("E", "", "E: \n", false));
  }

  @Test
  void the_end_of_the_link_is_an_ending_wherever_it_comes() throws IOException {
    Exchange exchange = runtime.begin(post(NOTHING));
    exchange.send(1);
    runtime.says(ANSWER, 0, 1, answer("", text("half")));
    runtime.raw(new byte[] {0, 0, 0});
    runtime.hangUp();
    assertThat(exchange.receive()).isEqualTo(new Ending.Closed());
  }

  @Test
  void a_request_to_a_dead_runtime_ends_as_closed() throws IOException {
    Exchange exchange = runtime.begin(post(new byte[WINDOW]));
    runtime.hangUp();
    exchange.send(1);
    assertThat(exchange.receive()).isEqualTo(new Ending.Closed());
  }

  @Test
  void an_abandoned_exchange_ends_as_closed() throws IOException {
    Exchange exchange = runtime.beginLoading(post(NOTHING));
    exchange.abandon(3);
    assertThat(exchange.receive()).isEqualTo(new Ending.Closed());
    assertThat(exchange.sentNanos()).isEqualTo(3);
  }

  @Test
  void a_head_that_fits_no_frame_is_refused_before_anything_is_sent() {
    var many = java.util.Collections.nCopies(8_000, new Header("a", ""));
    var invocation =
        Sample.invocation(Sample.version(), many, Body.Whole.EMPTY, new RecordingReply());
    assertThatThrownBy(() -> runtime.begin(invocation))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bytes more than the runtime can take");
  }

  @Test
  void an_exchange_whose_sandbox_died_ends_only_when_the_request_was_handed_over()
      throws Exception {
    Exchange exchange = runtime.beginLoading(post(NOTHING));
    runtime.hangUp();
    var ending = new FutureTask<>(exchange::receive);
    Thread.startVirtualThread(ending);
    assertThatThrownBy(() -> ending.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    exchange.abandon(3);
    assertThat(ending.get(Patience.ofSeconds(10), TimeUnit.SECONDS)).isEqualTo(new Ending.Closed());
  }
}
