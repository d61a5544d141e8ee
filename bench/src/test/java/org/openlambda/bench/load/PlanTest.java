package org.openlambda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Request REQUEST = Request.post("/run/f", "{}", "{}");

  private static List<Long> offsets(Plan plan, int count) {
    var offsets = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      offsets.add(plan.next().orElseThrow().offsetNanos());
    }
    return offsets;
  }

  @Test
  void a_fixed_rate_is_due_at_equal_distances_from_the_start_on() {
    assertThat(offsets(Plan.fixed(1_000, Supply.always(REQUEST)), 4))
        .containsExactly(0L, 1_000_000L, 2_000_000L, 3_000_000L);
  }

  @Test
  void a_fixed_rate_does_not_drift() {
    List<Long> offsets = offsets(Plan.fixed(3, Supply.always(REQUEST)), 3_001);
    assertThat(offsets.getLast()).isCloseTo(1_000_000_000_000L, within(1_000L));
  }

  @Test
  void poisson_arrivals_have_the_rate_and_the_variance_of_their_name() {
    int count = 100_000;
    List<Long> offsets = offsets(Plan.poisson(2_000, 42, Supply.always(REQUEST)), count);
    double mean = offsets.getLast() / (double) count;
    assertThat(mean).isCloseTo(500_000, within(500_000 * 0.02));
    double squares = 0;
    for (int i = 1; i < count; i++) {
      double gap = offsets.get(i) - offsets.get(i - 1);
      squares += (gap - mean) * (gap - mean);
    }
    // an exponential distribution's deviation is its mean
    assertThat(Math.sqrt(squares / count)).isCloseTo(mean, within(mean * 0.03));
  }

  @Test
  void poisson_arrivals_are_in_order_and_the_same_for_the_same_seed() {
    List<Long> once = offsets(Plan.poisson(100, 7, Supply.always(REQUEST)), 500);
    assertThat(once).isSorted();
    assertThat(offsets(Plan.poisson(100, 7, Supply.always(REQUEST)), 500)).isEqualTo(once);
    assertThat(offsets(Plan.poisson(100, 8, Supply.always(REQUEST)), 500)).isNotEqualTo(once);
  }

  @Test
  void a_plan_ends_with_its_supply() {
    Plan plan = Plan.fixed(10, Supply.each(List.of(REQUEST)));
    assertThat(plan.next()).isPresent();
    assertThat(plan.next()).isEmpty();
  }

  @Test
  void a_rate_of_nothing_is_refused() {
    assertThatThrownBy(() -> Plan.fixed(0, Supply.always(REQUEST)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Plan.poisson(Double.NaN, 1, Supply.always(REQUEST)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void uniform_requests_are_uniform() {
    var all = new ArrayList<Request>();
    for (int i = 0; i < 8; i++) {
      all.add(Request.post("/run/f" + i, "{}", "{}"));
    }
    Supply supply = Supply.uniform(all, 3);
    var seen = new int[8];
    for (int i = 0; i < 80_000; i++) {
      seen[all.indexOf(supply.next().orElseThrow())]++;
    }
    for (int count : seen) {
      assertThat(count).isBetween(9_500, 10_500);
    }
  }
}
