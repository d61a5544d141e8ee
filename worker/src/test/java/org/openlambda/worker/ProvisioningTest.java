package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.route.Provisioning;
import org.openlambda.core.route.Provisioning.Progress;
import org.openlambda.core.units.Bytes;

/// Instances that are kept ready, with real sandboxes of 64 MiB each.
@Tag("root")
@Timeout(60)
class ProvisioningTest {
  private static final String ECHO = "def f(event):\n  return event\n";
  private static final String SLOW = "import time\ntime.sleep(0.2)\n" + ECHO;

  @TempDir private Path dir;

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  private Bench open(Bytes memory) throws IOException {
    return Bench.open(dir, Bench.pool(memory, 100, 100, Duration.ofSeconds(10)));
  }

  private static Progress awaitFailure(Provisioning provisioning, Version version) {
    Bench.await("one is refused", () -> provisioning.progress(version).failure().isPresent());
    return provisioning.progress(version);
  }

  @Test
  void together_they_have_half_of_the_memory() throws IOException {
    try (var bench = open(Bytes.mebi(3 * 64))) { // half of it is one and a half
      Version slow = bench.function("slow", SLOW);
      Version other = bench.function("other", ECHO);
      Provisioning provisioning = bench.worker.provisioning();
      provisioning.keep(Map.of(slow, 2)); // both are begun before one of them is there
      Progress progress = awaitFailure(provisioning, slow);
      assertThat(progress.failure()).contains("half of the worker's memory is kept ready already");
      Bench.await("one is there", () -> provisioning.progress(slow).ready() == 1);
      provisioning.keep(Map.of(slow, 1, other, 1));
      awaitFailure(provisioning, other);
      assertThat(provisioning.progress(other).ready()).isZero();
      assertThat(bench.worker.census().charged()).isEqualTo(Bytes.mebi(64));
      assertThat(Bench.text(bench.call(other, "1"))).as("it is called all the same").isEqualTo("1");
    }
  }

  @Test
  void two_are_made_at_the_same_time() throws IOException {
    try (var bench = open(Bytes.mebi(1_024))) {
      Version slow = bench.function("slow", SLOW);
      Provisioning provisioning = bench.worker.provisioning();
      provisioning.keep(Map.of(slow, 6));
      int[] most = {0};
      Bench.await(
          "all are there",
          () -> {
            most[0] = Math.max(most[0], bench.worker.census().lent().size());
            return provisioning.progress(slow).ready() == 6;
          });
      assertThat(most[0]).isEqualTo(2);
    }
  }

  @Test
  void what_is_there_stays_while_one_that_is_too_many_comes() throws IOException {
    try (var bench = open(Bytes.mebi(1_024))) {
      Version slow = bench.function("slow", SLOW);
      Provisioning provisioning = bench.worker.provisioning();
      provisioning.keep(Map.of(slow, 1));
      Bench.await("one is there", () -> provisioning.progress(slow).ready() == 1);
      provisioning.keep(Map.of(slow, 2));
      Bench.await("a second one comes", () -> !bench.worker.census().lent().isEmpty());
      provisioning.keep(Map.of(slow, 1));
      Bench.await(
          "it has come",
          () -> {
            assertThat(provisioning.progress(slow).ready()).as("meanwhile").isPositive();
            return bench.worker.census().lent().isEmpty();
          });
      Bench.await("one stays", () -> provisioning.progress(slow).ready() == 1);
    }
  }
}
