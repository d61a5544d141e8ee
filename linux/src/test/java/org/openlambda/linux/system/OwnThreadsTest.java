package org.openlambda.linux.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OwnThreadsTest {
  private static final int CAP_SYS_NICE = 23;

  /// Place of the nice value in `stat` behind the name (proc(5), field 19).
  private static final int NICE = 16;

  private static int niceOfThisThread() throws Exception {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE]);
  }

  /// What a thread of this name has after something was done from another.
  private static int after(String name, Runnable done) throws Exception {
    var there = new CountDownLatch(1);
    var look = new CountDownLatch(1);
    var seen =
        new FutureTask<>(() -> {
          there.countDown();
          look.await();
          return niceOfThisThread();
        });
    Thread thread = Thread.ofPlatform().name(name).daemon().start(seen);
    there.await();
    done.run();
    look.countDown();
    thread.join();
    return seen.get();
  }

  @Test
  void threads_of_a_name_and_a_nice_value_are_given_another() throws Exception {
    int usual = niceOfThisThread();
    int given =
        after(
            "own-thread-of-a-test",
            () -> {
              assertThat(OwnThreads.renice("own-thread", usual + 1, usual + 2)).isZero();
              assertThat(OwnThreads.renice("no-such-name", usual, usual + 2)).isZero();
              assertThat(OwnThreads.renice("own-thread", usual, usual + 2)).isOne();
            });
    assertThat(given).isEqualTo(usual + 2);
    assertThat(niceOfThisThread()).isEqualTo(usual);
  }

  @Test
  void with_the_capability_a_thread_gets_back_what_it_had() throws Exception {
    Assumptions.assumeTrue(Kernel.hasCapability(CAP_SYS_NICE), "needs CAP_SYS_NICE");
    int usual = niceOfThisThread();
    int given =
        after(
            "back-to-usual",
            () -> {
              assertThat(OwnThreads.renice("back-to-usual", usual, 19)).isOne();
              assertThat(OwnThreads.renice("back-to-usual", 19, usual)).isOne();
            });
    assertThat(given).isEqualTo(usual);
  }
}
