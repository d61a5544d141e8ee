package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FixesTest {
  private static Finding missing(String what, String fix) {
    return new Finding(what, Finding.Verdict.WEAKER, "is not there", fix);
  }

  @Test
  void commands_are_lines_of_a_script_and_advice_is_a_comment() {
    Fixes fixes =
        Fixes.of(List.of(missing("ids", "apt install uidmap"), missing("net", "use sudo")));
    assertThat(fixes.lines())
        .startsWith("# Nothing of this has been run. Read it, and run what you want as root.")
        .contains("# ids: is not there", "apt install uidmap", "# use sudo");
  }

  @Test
  void each_is_printed_once() {
    Fixes fixes =
        Fixes.of(
            List.of(
                missing("a", "sysctl -w x=1"),
                missing("b", "sysctl -w x=1"),
                missing("c", Fixes.AS_ABOVE)));
    assertThat(fixes.lines()).containsOnlyOnce("sysctl -w x=1").doesNotContain("# as above");
  }

  @Test
  void nothing_missing_is_said() {
    assertThat(Fixes.of(List.of(Finding.there("all", "well"))).lines())
        .contains("# Nothing is missing.");
  }
}
