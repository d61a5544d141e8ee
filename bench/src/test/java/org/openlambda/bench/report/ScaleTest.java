package org.openlambda.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleTest {
  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }

  @Test
  void a_linear_scale_begins_and_ends_with_a_tick() {
    Scale scale = Scale.linear(0, 4_700, 100, 600);
    assertThat(labels(scale)).containsExactly("0", "1,000", "2,000", "3,000", "4,000", "5,000");
    assertThat(scale.at(0)).isEqualTo(100);
    assertThat(scale.at(2_500)).isEqualTo(350);
    assertThat(scale.at(5_000)).isEqualTo(600);
  }

  @Test
  void small_steps_are_labelled_with_what_tells_them_apart() {
    assertThat(labels(Scale.linear(0, 0.5, 0, 1)))
        .containsExactly("0", "0.1", "0.2", "0.3", "0.4", "0.5");
  }

  @Test
  void decades_of_a_logarithmic_scale_are_equally_wide() {
    Scale scale = Scale.logarithmic(0.01, 100, 0, 400);
    assertThat(scale.at(0.01)).isEqualTo(0);
    assertThat(scale.at(0.1)).isCloseTo(100, within(1e-9));
    assertThat(scale.at(10)).isCloseTo(300, within(1e-9));
    assertThat(labels(scale)).containsExactly("0.01", "0.1", "1", "10", "100");
  }

  @Test
  void a_short_logarithmic_scale_has_ticks_within_its_decades() {
    assertThat(labels(Scale.logarithmic(0.3, 4, 0, 1)))
        .containsExactly("0.2", "0.5", "1", "2", "5");
  }

  @Test
  void a_single_value_has_a_logarithmic_scale_too() {
    Scale scale = Scale.logarithmic(10, 10, 0, 100);
    assertThat(scale.at(10)).isBetween(0.0, 100.0);
    assertThat(scale.ticks()).isNotEmpty();
  }

  @Test
  void every_nine_of_a_scale_of_shares_is_equally_wide() {
    Scale scale = Scale.nines(3, 300, 0);
    assertThat(scale.at(0)).isEqualTo(300);
    assertThat(scale.at(0.9)).isCloseTo(200, within(1e-6));
    assertThat(scale.at(0.99)).isCloseTo(100, within(1e-6));
    assertThat(scale.at(0.999)).isCloseTo(0, within(1e-6));
    assertThat(labels(scale)).containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %");
  }

  @Test
  void what_is_outside_is_drawn_at_the_end() {
    Scale scale = Scale.linear(0, 10, 0, 100);
    assertThat(scale.at(-5)).isEqualTo(0);
    assertThat(scale.at(50)).isEqualTo(100);
  }

  @Test
  void a_scale_of_nothing_is_refused() {
    assertThatThrownBy(() -> new Scale(Scale.Kind.LINEAR, 1, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
