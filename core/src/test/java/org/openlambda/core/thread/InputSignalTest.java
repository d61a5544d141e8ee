package org.openlambda.core.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InputSignalTest {
  @Test
  void what_was_raised_before_the_wait_is_not_missed() {
    var signal = new InputSignal();
    signal.raise();
    signal.await();
  }

  @Test
  void a_waiter_is_woken_once_for_each_time_it_is_raised() throws InterruptedException {
    var signal = new InputSignal();
    int rounds = 1_000;
    var woken = new CountDownLatch(rounds);
    var waiter =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < rounds; i++) {
                signal.await();
                signal.clear();
                woken.countDown();
              }
            });
    while (woken.getCount() > 0) {
      signal.raise();
      Thread.onSpinWait();
    }
    waiter.join();
  }

  @Test
  void an_interrupt_is_kept_for_later_and_ends_no_wait() throws InterruptedException {
    var signal = new InputSignal();
    var interrupted = new boolean[1];
    var waiter =
        Thread.ofVirtual()
            .start(() -> {
              signal.await();
              interrupted[0] = Thread.currentThread().isInterrupted();
            });
    waiter.interrupt();
    signal.raise();
    waiter.join();
    assertThat(interrupted[0]).isTrue();
  }
}
