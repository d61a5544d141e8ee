package org.openlambda.core.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SlowWorkTest {
  @Test
  void it_is_done_on_another_thread_while_the_caller_waits() throws IOException {
    Thread worker = SlowWork.call(Thread::currentThread);
    assertThat(worker).isNotEqualTo(Thread.currentThread());
    assertThat(worker.isVirtual()).isFalse();
  }

  @Test
  void what_it_throws_reaches_the_caller() {
    assertThatThrownBy(() ->
            SlowWork.call(() -> {
              throw new IOException("no disk");
            }))
        .isInstanceOf(IOException.class)
        .hasMessage("no disk");
    assertThatThrownBy(() ->
            SlowWork.compute(() -> {
              throw new IllegalStateException("a bug");
            }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void no_more_than_sixteen_go_on_at_once() throws InterruptedException {
    var begun = new CountDownLatch(SlowWork.AT_ONCE);
    var end = new CountDownLatch(1);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < 3 * SlowWork.AT_ONCE; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(() ->
                  SlowWork.compute(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    begun.countDown();
                    awaitQuietly(end);
                    return running.decrementAndGet();
                  })));
    }
    begun.await();
    end.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(most.get()).isEqualTo(SlowWork.AT_ONCE);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
