package org.openlambda.gateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TalliesTest {
  private static final int MOST = 20_000;

  @Test
  void beyond_20_000_names_the_rest_is_counted_together() {
    var tallies = new Tallies();
    for (int i = 0; i < MOST + 10; i++) {
      tallies.of("name " + i).add(0);
    }
    tallies.of("name 0").add(0);
    assertThat(tallies.report())
        .hasSize(2 * (MOST + 1))
        .containsEntry("name 0.cnt", 2L)
        .containsEntry("(others).cnt", 10L);
  }
}
