package org.openlambda.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.time.Patience;

@Timeout(60)
class LoopTest {
  /// The thread is woken first, which only the loop runs, which waits behind it.
  @Test
  void a_loop_that_waits_for_a_lock_behind_a_thread_it_carries_is_relieved() throws Exception {
    assertThat(LoopThreads.areCarried()).isTrue();
    var lock = new Semaphore(0); // somebody has it
    var done = new CountDownLatch(2);
    Runnable visit =
        () -> {
          if (isTaken(lock)) {
            lock.release();
            done.countDown();
          }
        };
    try (var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      EventLoop executor = group.next();
      var loop = new Loop(executor);
      try (var _ = LoopWatch.over(List.of(loop))) {
        LoopThreads.start(Optional.of(loop), visit);
        await(() -> lock.getQueueLength() == 1);
        executor.execute(visit);
        await(() -> lock.getQueueLength() == 2);
        lock.release();
        assertThat(done.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void a_loop_that_works_keeps_its_threads() throws Exception {
    try (var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      var loop = new Loop(group.next());
      var held = new CountDownLatch(1);
      var both = new CountDownLatch(2);
      loop.execute(() -> hold(held));
      await(() -> !loop.place().equals("its start"));
      loop.execute(both::countDown);
      assertThat(loop.isStuck()).as("at the first look").isFalse();
      held.countDown();
      loop.execute(both::countDown);
      assertThat(both.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
      assertThat(loop.isStuck()).as("nothing waits").isFalse();
    }
  }

  /// Not for ever: a loop that stays stuck could not be closed.
  private static boolean isTaken(Semaphore lock) {
    try {
      return lock.tryAcquire(Patience.ofSeconds(10), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void hold(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    while (!condition.holds()) {
      Thread.sleep(1);
    }
  }
}
