package org.openlambda.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openlambda.cli.terminal.Tty;
import org.openlambda.control.journal.JournalBounds;
import org.openlambda.control.journal.RingJournal;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;

final class TerminalTest {
  private static final int MOST = 2_000;
  private static final int CALLS = 50_000;
  private static final Pattern MISSED = Pattern.compile("… (\\d+) invocations are not shown");
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final RingJournal journal = new RingJournal(JournalBounds.DEFAULT);
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private static Journal.Entry entry(int number) {
    return new Journal.Entry(
        new RequestId("id-" + number),
        new FunctionId(Account.FIRST, new FunctionName("hello")),
        "hello@1",
        Instant.EPOCH,
        new Outcome.Lost("the test"),
        500);
  }

  @Test
  void what_it_is_behind_has_an_end_and_what_is_not_shown_is_counted() {
    var terminal = new Terminal(new PrintStream(written, true, UTF_8), Tty.NONE, journal, false);
    for (int i = 0; i < CALLS; i++) {
      journal.ended(entry(i));
    }
    long end = System.nanoTime() + PATIENCE;
    while (shown() + missed() < CALLS && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    terminal.stop();
    assertThat(shown() + missed()).isEqualTo(CALLS);
    assertThat(missed()).as("as they came faster than it writes").isPositive();
    assertThat(shown()).isGreaterThanOrEqualTo(MOST);
  }

  private List<String> lines() {
    return written.toString(UTF_8).lines().toList();
  }

  private long shown() {
    return lines().stream().filter(line -> line.contains("hello")).count();
  }

  private long missed() {
    return lines().stream()
        .map(MISSED::matcher)
        .filter(Matcher::find)
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }
}
