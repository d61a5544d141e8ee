package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.thread.InputSignal;
import org.openlambda.core.thread.Readiness;
import org.openlambda.linux.fd.SocketPair;

@Timeout(30)
class LoopThreadsTest {
  @Test
  void a_call_is_carried_by_the_event_loop_of_its_connection() throws Exception {
    var thread = new AtomicReference<String>();
    var place = new AtomicReference<Invocation>();
    try (var stage = new Stage()) {
      stage.with(
          "f",
          invocation -> {
            thread.set(Thread.currentThread().toString());
            place.set(invocation);
            return FakeInvoker.echo(invocation);
          });
      try (var caller = stage.call()) {
        caller.sendHead("GET /run/f HTTP/1.1", "Host: localhost");
        assertThat(caller.answer().status()).isEqualTo(200);
      }
    }
    assertThat(thread.get()).startsWith("VirtualThread").contains("EventLoopGroup");
    assertThat(place.get().readiness()).isPresent();
  }

  @Test
  void a_call_that_waits_for_input_is_woken_by_its_loop_and_holds_nobody_up() throws Exception {
    try (var stage = new Stage();
        var pair = SocketPair.stream(65_536)) {
      var waiting = new CountDownLatch(1);
      stage.with(
          "waits",
          invocation -> {
            var signal = new InputSignal();
            Readiness.Watch watch =
                invocation
                    .readiness()
                    .orElseThrow()
                    .watch(pair.ours().nonBlocking().number(), signal);
            waiting.countDown();
            signal.await();
            watch.end(() -> {});
            return FakeInvoker.echo(invocation);
          });
      try (var first = stage.call();
          var second = stage.call()) {
        first.sendHead("GET /run/waits HTTP/1.1", "Host: localhost");
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        second.sendHead("GET /run/echo HTTP/1.1", "Host: localhost");
        assertThat(second.answer().status()).isEqualTo(200);
        pair.theirs().writeFully(new byte[] {1});
        assertThat(first.answer().status()).isEqualTo(200);
      }
    }
  }
}
