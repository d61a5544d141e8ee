package org.openlambda.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openlambda.bench.figures.Row.Verdict;

final class GoalTest {
  private static final Goal FAST = Goal.atLeast(16, "×", "faster");
  private static final Goal SMALL = Goal.atMost(2.5, "ms", "p50");

  private static Verdict verdict(Goal goal, double median) {
    return new Row(goal, Optional.of(new Spread(median, 0, 100)), "").verdict();
  }

  @Test
  void a_goal_is_met_by_the_median_at_its_bound_and_beyond() {
    assertThat(verdict(FAST, 16)).isEqualTo(Verdict.MET);
    assertThat(verdict(FAST, 15.99)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(SMALL, 2.5)).isEqualTo(Verdict.MET);
    assertThat(verdict(SMALL, 2.51)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void a_figure_that_is_no_number_meets_nothing() {
    assertThat(verdict(FAST, Double.NaN)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(SMALL, Double.NaN)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void what_was_not_measured_is_neither_met_nor_missed() {
    assertThat(new Row(FAST, Optional.empty(), "no bwrap").verdict()).isEqualTo(Verdict.NOT_HERE);
    assertThat(verdict(Goal.stated("ms", "p99"), 7)).isEqualTo(Verdict.STATED);
  }

  @Test
  void bounds_read_as_people_write_them() {
    assertThat(FAST.boundText()).isEqualTo("≥ 16 ×");
    assertThat(SMALL.boundText()).isEqualTo("≤ 2.5 ms");
    assertThat(Goal.atLeast(10_000, "", "sandboxes").boundText()).isEqualTo("≥ 10,000");
  }

  @Test
  void a_spread_is_the_median_and_the_ends() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_ratio_compares_rounds_that_ran_side_by_side() {
    // the machine became twice as slow in the second round: the ratio does not see it
    Spread ratio = Spread.ratio(List.of(10.0, 20.0, 10.0), List.of(5.0, 10.0, 4.0), d -> d);
    assertThat(ratio).isEqualTo(new Spread(2, 2, 2.5));
  }

  @Test
  void numbers_have_three_digits() {
    assertThat(Spread.number(0.01234)).isEqualTo("0.012");
    assertThat(Spread.number(1.234)).isEqualTo("1.23");
    assertThat(Spread.number(12.34)).isEqualTo("12.3");
    assertThat(Spread.number(12_345.6)).isEqualTo("12,346");
    assertThat(new Spread(2, 1, 3)).hasToString("2.00 (1.00–3.00)");
    assertThat(Spread.once(2)).hasToString("2.00");
  }
}
