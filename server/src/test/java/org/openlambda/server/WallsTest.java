package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.worker.sandbox.Isolation;

class WallsTest {
  private static String said(Isolation isolation, List<String> weaker) {
    var bytes = new ByteArrayOutputStream();
    new Walls(isolation, weaker).warn(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whoever_has_every_wall_hears_nothing() {
    assertThat(said(Isolation.SANDBOX, List.of())).isEmpty();
  }

  @Test
  void what_is_weaker_is_said_in_one_line() {
    assertThat(said(Isolation.SANDBOX, List.of("this", "that")).lines())
        .singleElement()
        .asString()
        .contains("this; that", "ol doctor");
  }

  @Test
  void no_walls_cannot_be_overlooked() {
    assertThat(said(Isolation.NONE, List.of())).contains("WITHOUT ANY PROTECTION", "####");
  }

  @Test
  void each_thing_that_is_missing_is_named() {
    assertThat(Walls.weaker(List.of("cpu", "memory", "pids"), false))
        .contains(
            "memory is looked at, not limited by the kernel",
            "CPU is not limited",
            "all sandboxes have your uid");
    assertThat(Walls.weaker(List.of(), true)).doesNotContain("CPU is not limited");
  }
}
