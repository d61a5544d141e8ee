package org.openlambda.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.openlambda.bench.harness.Scenario;

final class ScenariosTest {
  @Test
  void each_is_found_by_its_name_and_in_one_group() {
    var grouped = new ArrayList<>(Scenarios.named(Scenarios.ALL));
    grouped.addAll(Scenarios.named(Scenarios.UP));
    assertThat(grouped).extracting(Scenario::name).doesNotHaveDuplicates().hasSizeGreaterThan(15);
    for (Scenario scenario : grouped) {
      assertThat(Scenarios.named(scenario.name())).singleElement().hasSameClassAs(scenario);
    }
    assertThat(Scenarios.named("dance")).isEmpty();
  }

  /// What the readme promises; warm-ups and starts come on top.
  @Test
  void those_of_all_have_less_than_ten_minutes_for_themselves() {
    assertThat(Scenarios.named(Scenarios.ALL).stream().mapToInt(Scenario::seconds).sum())
        .isLessThan(600);
  }
}
