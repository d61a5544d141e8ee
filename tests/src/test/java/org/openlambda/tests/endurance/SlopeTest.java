package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.tests.endurance.Slope.Point;

final class SlopeTest {
  @Test
  void points_on_a_line_have_its_slope_without_error() {
    Slope slope = Slope.of(List.of(new Point(1, 5), new Point(2, 7), new Point(4, 11)));
    assertThat(slope.perUnit()).isCloseTo(2, within(1e-12));
    assertThat(slope.error()).isCloseTo(0, within(1e-12));
    assertThat(slope.isSurelyAbove(1.9)).isTrue();
  }

  /// Four points whose sums can be done by hand: x mean 1.5, Sxx 5, Sxy 3; residuals ∓0.2, ±0.4 …
  @Test
  void scattered_points_have_the_textbook_error() {
    Slope slope =
        Slope.of(List.of(new Point(0, 0), new Point(1, 2), new Point(2, 1), new Point(3, 3)));
    assertThat(slope.perUnit()).isCloseTo(0.8, within(1e-12));
    assertThat(slope.error()).isCloseTo(Math.sqrt(1.8 / 2 / 5), within(1e-12));
    assertThat(slope.isSurelyAbove(0)).isFalse();
  }

  @Test
  void two_points_are_no_evidence() {
    Slope slope = Slope.of(List.of(new Point(0, 0), new Point(1, 1000)));
    assertThat(slope.isSurelyAbove(0)).isFalse();
  }
}
