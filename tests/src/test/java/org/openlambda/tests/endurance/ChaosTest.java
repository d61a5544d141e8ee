package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;

/// Processes and control groups of a server are killed and removed under load. It serves again
/// without a hand, and only the calls that ran in what was killed are lost, with words that say so.
@Tag("root")
final class ChaosTest {
  private static final int TWO_HUNDRED = 200;

  /// @param strikes altogether
  /// @param patience until it must serve again; longer where other tests take the processors
  private record Form(int strikes, Duration patience) {}

  @Test
  @Tag("slow")
  void twelve_faults_under_load_cost_only_what_they_hit(@TempDir Path folder) throws Exception {
    endure(folder, new Form(12, Duration.ofSeconds(30)));
  }

  @Test
  @Tag("chaos")
  void two_hundred_faults_under_load_cost_only_what_they_hit(@TempDir Path folder)
      throws Exception {
    endure(folder, new Form(TWO_HUNDRED, Duration.ofSeconds(2)));
  }

  private static void endure(Path folder, Form form) throws Exception {
    Functions functions = Load.writeTo(Functions.in(folder.resolve("functions")));
    Path state = folder.resolve("state");
    var tallies = new ArrayList<Tally>();
    Footprint last;
    try (var stage = new Stage(functions.folder(), state, new Random(4711))) {
      for (Fault fault : Fault.values()) {
        var tally = new Tally(fault);
        int times = Math.max(1, fault.times() * form.strikes / TWO_HUNDRED);
        for (int i = 0; i < times; i++) {
          tally.add(stage.suffer(fault));
        }
        tallies.add(tally);
      }
      last = stage.server().footprint();
      stage.server().stop();
    } finally {
      Summary.add("chaos", Tally.table(tallies));
    }
    assertThat(last.survivors()).isEmpty();
    assertThat(Footprint.groupsOf(state)).isEmpty();
    assertThat(Footprint.mountsBelow(state)).isEmpty();
    for (Tally tally : tallies) {
      assertThat(tally.wrong()).as(tally.fault().title()).isEmpty();
      assertThat(tally.slowest()).as(tally.fault().title()).isLessThan(form.patience);
    }
    assertThat(List.copyOf(tallies)).hasSize(Fault.values().length);
  }
}
