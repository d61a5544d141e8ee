package org.openlambda.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;
import org.openlambda.bench.machine.Spender;

final class WarmUpTest {
  private static final Duration ROUND = Duration.ofMillis(10);

  /// A server whose compilers take half of a processor in its first rounds.
  private static final class Busy implements Spender {
    private final int rounds;
    private int run;
    private long micros;

    Busy(int rounds) {
      this.rounds = rounds;
    }

    private Side side() {
      return new Side("busy", true, this, this::round);
    }

    private Load round(Duration length) throws InterruptedException {
      long begin = System.nanoTime();
      Thread.sleep(length);
      micros += run++ < rounds ? (System.nanoTime() - begin) / 2000 : 0;
      var recorder = new Recorder(0, 1_000_000_000);
      recorder.answered(0, 1_000_000, 200, true);
      return recorder.toLoad(false);
    }

    @Override
    public Map<String, Long> cpuMicros() {
      return Map.of();
    }

    @Override
    public long compilerMicros() {
      return micros;
    }
  }

  @Test
  void it_goes_on_until_the_compilers_are_quiet() throws Exception {
    WarmUp warmUp = WarmUp.of(new Busy(1).side(), ROUND, Duration.ofSeconds(10));
    assertThat(warmUp.requests()).isEqualTo(2);
    assertThat(warmUp.quiet()).isTrue();
    assertThat(warmUp.told()).contains("2 calls").contains("quiet then");
  }

  @Test
  void it_ends_all_the_same_and_says_that_they_were_not() throws Exception {
    WarmUp warmUp = WarmUp.of(new Busy(Integer.MAX_VALUE).side(), ROUND, ROUND.multipliedBy(2));
    assertThat(warmUp.requests()).isBetween(1L, 2L);
    assertThat(warmUp.took()).isGreaterThanOrEqualTo(ROUND);
    assertThat(warmUp.quiet()).isFalse();
    assertThat(warmUp.told()).contains("still at work");
  }
}
