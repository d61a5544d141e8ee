package org.openlambda.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.time.Patience;
import org.openlambda.core.time.Time;
import org.openlambda.worker.sandbox.Deadlines.Deadline;

@Timeout(20)
class DeadlinesTest {
  private static final long FAR = TimeUnit.SECONDS.toNanos(60);

  /// What a busy machine may add to the grain; a thread that overslept is 400 ms late.
  private static final long SLACK_NANOS = Patience.of(Duration.ofMillis(350)).toNanos();

  private final Deadlines deadlines = new Deadlines(Time.system());

  @AfterEach
  void close() {
    deadlines.close();
  }

  private static long in(long nanos) {
    return System.nanoTime() + nanos;
  }

  private static boolean comes(CountDownLatch latch) throws InterruptedException {
    return latch.await(Patience.ofSeconds(5), TimeUnit.SECONDS);
  }

  @Test
  void an_action_runs_after_its_moment_and_late_by_no_more_than_the_grain() throws Exception {
    for (int round = 0; round < 10; round++) {
      var ran = new AtomicLong();
      var latch = new CountDownLatch(1);
      long at = in(TimeUnit.MILLISECONDS.toNanos(3));
      Deadline deadline =
          deadlines.at(
              at,
              () -> {
                ran.set(System.nanoTime());
                latch.countDown();
              });
      assertThat(comes(latch)).isTrue();
      assertThat(ran.get() - at).isBetween(0L, Deadlines.GRAIN_NANOS + SLACK_NANOS);
      assertThat(deadline.passed()).isTrue();
      assertThat(deadline.passedOr(ran.get() + FAR)).as("not later").isBetween(at, ran.get());
      assertThat(deadline.passedOr(at - 1)).as("what ended before").isEqualTo(at - 1);
      assertThat(deadline.cancel()).isFalse();
    }
  }

  @Test
  void a_cancelled_action_never_runs() throws Exception {
    var never = new CountDownLatch(1);
    long at = in(TimeUnit.MILLISECONDS.toNanos(30));
    Deadline cancelled = deadlines.at(at, never::countDown);
    assertThat(cancelled.cancel()).isTrue();
    var later = new CountDownLatch(1);
    deadlines.at(at + 2 * Deadlines.GRAIN_NANOS, later::countDown);
    assertThat(comes(later)).isTrue();
    assertThat(never.getCount()).isOne();
    assertThat(cancelled.passed()).isFalse();
  }

  @Test
  void one_that_is_hurried_runs_earlier_and_never_later() throws Exception {
    var ran = new CountDownLatch(1);
    Deadline deadline = deadlines.at(in(FAR), ran::countDown);
    deadline.hurry(in(TimeUnit.MILLISECONDS.toNanos(5)));
    deadline.hurry(in(FAR));
    assertThat(comes(ran)).isTrue();
  }

  @Test
  void one_begins_anew_as_long_as_its_moment_has_not_come() throws Exception {
    var ran = new CountDownLatch(1);
    long now = System.nanoTime();
    Deadline deadline = deadlines.at(now + FAR, ran::countDown);
    assertThat(deadline.restart(now + FAR, Duration.ZERO)).as("it is too late").isFalse();
    assertThat(deadline.restart(now, Duration.ofNanos(2 * FAR))).isTrue();
    assertThat(deadline.restart(now + FAR, Duration.ofNanos(-FAR))).as("it is later").isTrue();
    assertThat(comes(ran)).isTrue();
    assertThat(deadline.restart(System.nanoTime(), Duration.ofNanos(FAR))).isFalse();
    Deadline cancelled = deadlines.at(now + FAR, ran::countDown);
    cancelled.cancel();
    assertThat(cancelled.restart(now, Duration.ofNanos(FAR))).isFalse();
  }

  @Test
  void an_action_that_fails_stops_no_other() throws Exception {
    deadlines.at(
        in(0),
        () -> {
          throw new IllegalStateException("on purpose");
        });
    var ran = new CountDownLatch(1);
    deadlines.at(in(TimeUnit.MILLISECONDS.toNanos(10)), ran::countDown);
    assertThat(comes(ran)).isTrue();
  }

  @Test
  void one_that_is_set_while_the_last_is_cancelled_is_not_overslept() throws Exception {
    for (int round = 0; round < 100; round++) {
      Deadline last = deadlines.at(in(FAR), () -> {});
      Thread.startVirtualThread(last::cancel);
      var ran = new CountDownLatch(1);
      long start = System.nanoTime();
      deadlines.at(start, ran::countDown);
      assertThat(comes(ran)).isTrue();
      assertThat(System.nanoTime() - start).isLessThan(Deadlines.GRAIN_NANOS + SLACK_NANOS);
    }
  }
}
