package org.openlambda.linux.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class IdleDepthTest {
  @Test
  void it_is_held_until_it_is_released() {
    assumeTrue(Files.isWritable(Path.of("/dev/cpu_dma_latency")), "no PM QoS device here");
    try (var depth = new IdleDepth()) {
      depth.hold();
      depth.hold();
      assertThat(depth.isHeld()).isTrue();
      depth.release();
      assertThat(depth.isHeld()).isFalse();
    }
  }
}
