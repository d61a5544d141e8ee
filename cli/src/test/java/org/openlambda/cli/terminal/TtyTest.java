package org.openlambda.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TtyTest {
  @Test
  void a_terminal_has_colours_unless_somebody_forbids_them() {
    assertThat(Tty.judge("/dev/pts/0", Map.of())).isEqualTo(new Tty(true, true));
    assertThat(Tty.judge("/dev/tty1", Map.of("NO_COLOR", ""))).isEqualTo(new Tty(true, true));
    assertThat(Tty.judge("/dev/pts/0", Map.of("NO_COLOR", "1"))).isEqualTo(new Tty(true, false));
    assertThat(Tty.judge("/dev/pts/0", Map.of("TERM", "dumb"))).isEqualTo(new Tty(true, false));
  }

  @Test
  void files_and_pipes_are_none() {
    assertThat(Tty.judge("pipe:[4711]", Map.of())).isEqualTo(Tty.NONE);
    assertThat(Tty.judge("/tmp/out", Map.of())).isEqualTo(Tty.NONE);
    assertThat(Tty.judge("/dev/null", Map.of())).isEqualTo(Tty.NONE);
  }

  @Test
  void what_a_handler_prints_cannot_drive_a_terminal() {
    assertThat(Tty.printable("a\tb\u001b[2J\rc ä")).isEqualTo("a\tb\uFFFD[2J\uFFFDc ä");
  }
}
