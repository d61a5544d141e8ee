package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.WorkerConfig;
import org.openlambda.worker.sandbox.Isolation;

class TuningTest {
  private static final WorkerConfig CONFIG =
      WorkerConfig.defaults(Path.of("home"), Path.of("state"), Bytes.mebi(1_024))
          .withAtMost(100, 10, 7)
          .with(Isolation.NONE);

  @Test
  void what_is_not_tuned_stays_as_it_is() {
    assertThat(Tuning.NONE.applyTo(CONFIG)).isEqualTo(CONFIG);
  }

  @Test
  void what_is_tuned_is_all_that_differs() {
    WorkerConfig tuned =
        new Tuning(Optional.of(3), Optional.of(Duration.ofSeconds(5))).applyTo(CONFIG);
    assertThat(tuned.nursery().most()).isEqualTo(3);
    assertThat(tuned.freezeAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(tuned.openGauges()).isEqualTo(7);
    assertThat(tuned.isolation()).isEqualTo(Isolation.NONE);
    assertThat(tuned.pool()).isEqualTo(CONFIG.pool());
  }
}
