package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.worker.WorkerConfig;

final class OpenFilesTest {
  private static final int OF_SANDBOX = 3;
  private static final GatewayConfig GATEWAY = GatewayConfig.onLoopback(0);
  private static final WorkerConfig WORKER =
      WorkerConfig.defaults(Path.of("/home"), Path.of("/state"), Bytes.mebi(8_192));

  @ParameterizedTest
  @ValueSource(longs = {1_024, 4_096, 20_000, 65_536, 1_048_576})
  void door_and_sandboxes_together_never_need_more_than_there_is(long limit) {
    var files = new OpenFiles(limit);
    WorkerConfig worker = files.applyTo(WORKER);
    long sandboxes = (long) worker.pool().mostInstances() + worker.nursery().most();
    long connections = files.applyTo(GATEWAY).door().limits().connections();
    assertThat(connections + sandboxes * OF_SANDBOX + worker.openGauges()).isLessThan(limit);
    assertThat(worker.nursery().least()).isBetween(1, worker.nursery().most());
    assertThat(worker.pool().mostInstances()).isPositive();
  }

  @Test
  void with_files_enough_nothing_is_smaller_than_without_a_limit() {
    var files = new OpenFiles(Long.MAX_VALUE);
    assertThat(files.applyTo(WORKER)).isEqualTo(WORKER);
    assertThat(files.applyTo(GATEWAY)).isEqualTo(GATEWAY);
  }
}
