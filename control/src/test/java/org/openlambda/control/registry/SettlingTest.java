package org.openlambda.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openlambda.control.registry.Settling.Verdict;

class SettlingTest {
  private static final long MILLI = 1_000_000;
  private final Settling settling = new Settling();

  @Test
  void a_quiet_folder_is_read() {
    assertThat(settling.verdict(0)).isEqualTo(Verdict.READ);
  }

  @Test
  void while_a_file_is_written_the_version_before_is_served() {
    settling.writing("f.py", 0);
    assertThat(settling.verdict(5 * MILLI)).isEqualTo(Verdict.SERVE_PREVIOUS);
    settling.settled("f.py");
    assertThat(settling.verdict(5 * MILLI)).isEqualTo(Verdict.READ);
  }

  @Test
  void a_file_that_is_never_closed_holds_nothing_up_for_long() {
    settling.writing("log", 0);
    settling.writing("log", 150 * MILLI);
    assertThat(settling.verdict(199 * MILLI)).isEqualTo(Verdict.SERVE_PREVIOUS);
    assertThat(settling.verdict(200 * MILLI)).isEqualTo(Verdict.READ);
  }

  @Test
  void a_file_that_is_gone_is_waited_for_a_moment() {
    settling.gone("f.py", 0);
    assertThat(settling.verdict(19 * MILLI)).isEqualTo(Verdict.WAIT);
    assertThat(settling.verdict(20 * MILLI)).isEqualTo(Verdict.READ);
  }

  @Test
  void an_editor_that_moves_the_old_file_away_is_followed() {
    settling.gone("f.py", 0);
    settling.writing("f.py", MILLI);
    assertThat(settling.verdict(2 * MILLI)).isEqualTo(Verdict.SERVE_PREVIOUS);
    settling.settled("f.py");
    assertThat(settling.verdict(3 * MILLI)).isEqualTo(Verdict.READ);
  }

  @Test
  void what_was_read_as_it_is_is_forgotten() {
    settling.gone("a", 0);
    settling.writing("b", 0);
    settling.clear();
    assertThat(settling.verdict(1)).isEqualTo(Verdict.READ);
  }

  @Test
  void the_clock_may_have_any_origin() {
    settling.writing("f", Long.MAX_VALUE - 5);
    assertThat(settling.verdict(Long.MIN_VALUE + 5)).isEqualTo(Verdict.SERVE_PREVIOUS);
  }
}
