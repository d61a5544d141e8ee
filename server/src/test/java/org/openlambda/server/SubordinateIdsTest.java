package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openlambda.server.SubordinateIds.Range;

class SubordinateIdsTest {
  private static final String FILE = "lxd:100000:65536\nada:165536:65536\n1001:300000:20000\n";

  @Test
  void a_line_names_a_user_or_a_uid() {
    assertThat(SubordinateIds.of(FILE, FILE, "ada", "1000"))
        .contains(new SubordinateIds(new Range(165_536, 65_536), new Range(165_536, 65_536)));
    assertThat(SubordinateIds.of(FILE, FILE, "?", "1001")).isPresent();
    assertThat(SubordinateIds.of(FILE, FILE, "bob", "1002")).isEmpty();
  }

  @Test
  void both_files_have_to_name_the_user() {
    assertThat(SubordinateIds.of(FILE, "", "ada", "1000")).isEmpty();
    assertThat(SubordinateIds.of("", FILE, "ada", "1000")).isEmpty();
  }

  @Test
  void fewer_than_a_worker_needs_are_none() {
    assertThat(SubordinateIds.of("ada:1:16383\n", FILE, "ada", "1000")).isEmpty();
  }

  @Test
  void lines_that_mean_nothing_are_read_over() {
    String odd = "# comment\n\nada:x:65536\nada:1\nada:99999999999:65536\nada:7:65536\n";
    assertThat(SubordinateIds.of(odd, odd, "ada", "1000"))
        .contains(new SubordinateIds(new Range(7, 65_536), new Range(7, 65_536)));
  }

  @Test
  void no_more_are_mapped_than_both_have() {
    assertThat(new SubordinateIds(new Range(10, 65_536), new Range(20, 20_000)).arguments())
        .containsExactly("--uids", "10:20000", "--gids", "20:20000");
  }
}
