package org.openlambda.control.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

final class PackedLinesTest {
  private static final FunctionId HELLO = new FunctionId(Account.FIRST, new FunctionName("hello"));
  private static final LogLine LINE =
      new LogLine(new RequestId("id"), HELLO, Instant.parse("2026-01-01T12:00:00Z"), "a line");

  @Test
  void the_newest_line_is_that_of_the_highest_place_whoever_comes_first() {
    var lines = new PackedLines(HELLO);
    assertThat(lines.lastOrder()).isEqualTo(-1);
    for (long order : new long[] {3, 5, 4}) {
      assertThat(lines.add(order, LINE, JournalBounds.DEFAULT)).isZero();
    }
    assertThat(lines.lastOrder()).isEqualTo(5);
  }
}
