package org.openlambda.server;

import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import org.openlambda.cli.terminal.Tty;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Usage;

/// Shows a person at a terminal what happens: one line per invocation, what it printed under it.
///
///     14:03:07 hello            200     0.412 ms  cold   9 MB  0.0000515 GB·s
///       hello, Ada
///
/// Written by a thread of its own from a bounded queue: a slow terminal loses lines, says how many,
/// and holds nobody up.
final class Terminal {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final int WAITING = 2_000;

  /// How often the thread looks for invocations, and how many it shows then: 2,000 a second.
  private static final Duration GLANCE = Duration.ofMillis(50);

  private static final int AT_A_GLANCE = 100;

  private final PrintStream out;
  private final Tty tty;
  private final Journal journal;
  private final ArrayBlockingQueue<Journal.Entry> ended = new ArrayBlockingQueue<>(WAITING);
  private final java.util.concurrent.atomic.AtomicInteger lost =
      new java.util.concurrent.atomic.AtomicInteger();
  private final Journal.Listening listening;
  private final Thread thread;

  /// @param quiet to say nothing of invocations
  Terminal(PrintStream out, Tty tty, Journal journal, boolean quiet) {
    this.out = out;
    this.tty = tty;
    this.journal = journal;
    this.listening =
        journal.listen(
            entry -> {
              if (!quiet && !ended.offer(entry)) {
                lost.incrementAndGet();
              }
            },
            line -> {});
    this.thread = Thread.ofPlatform().name("terminal").daemon().start(this::write);
  }

  /// Looks by the clock: to be woken by each of thousands of invocations a second would cost them.
  private void write() {
    try {
      while (true) {
        Thread.sleep(GLANCE);
        for (int shown = 0; shown < AT_A_GLANCE && !ended.isEmpty(); shown++) {
          show(ended.remove());
        }
        int missed = lost.getAndSet(0);
        if (missed > 0) {
          out.println(tty.dim("… " + missed + " invocations are not shown: too many at once"));
        }
      }
    } catch (InterruptedException e) {
      ended.forEach(this::show);
    }
  }

  private void show(Journal.Entry entry) {
    var text = new StringBuilder();
    String time = LocalTime.ofInstant(entry.at(), ZoneId.systemDefault()).format(CLOCK);
    text.append(tty.dim(time)).append(' ').append("%-24s ".formatted(entry.function().name()));
    text.append(status(entry.status()));
    if (entry.outcome() instanceof Outcome.Ran ran) {
      text.append(usage(ran.usage()));
    }
    text.append(reason(entry.outcome()));
    out.println(text);
    List<LogLine> lines = journal.lines(entry.id());
    lines.forEach(line -> out.println("  " + Tty.printable(line.text())));
    if (entry.outcome() instanceof Outcome.Threw threw) {
      threw.trace().lines().forEach(line -> out.println("  " + tty.red(Tty.printable(line))));
    }
    out.flush();
  }

  private String usage(Usage usage) {
    String start = usage.start().name().toLowerCase(Locale.ROOT);
    return "%11.3f ms  %s %4d MB  %s"
        .formatted(
            usage.wall().toNanos() / 1e6,
            usage.start() == Usage.Start.WARM
                ? tty.dim("%-6s".formatted(start))
                : "%-6s".formatted(start),
            usage.peakMemory().inMebi(),
            tty.dim("%.7f GB·s".formatted(usage.gigabyteSeconds())));
  }

  private String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned r -> "";
      case Outcome.Threw t -> "";
      case Outcome.Crashed(var how, var usage) -> tty.red("  the handler " + how.text());
      case Outcome.TimedOut(var limit, var usage) ->
          tty.red("  longer than its timeout of " + limit.toMillis() / 1e3 + " s");
      case Outcome.OutOfMemory(var limit, var usage) -> tty.red("  more memory than its " + limit);
      case Outcome.Rejected(var reason, var retry) ->
          tty.red("  refused: " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      case Outcome.Lost(var why) -> tty.red("  " + why);
    };
  }

  /// What is served, at the start.
  void introduce(List<FunctionName> names, String address) {
    int shown = Math.min(names.size(), 20);
    names.subList(0, shown).forEach(name -> out.println(tty.dim("  " + address + "/run/" + name)));
    if (names.size() > shown) {
      out.println(tty.dim("  … and " + (names.size() - shown) + " more"));
    }
    if (names.isEmpty()) {
      out.println(tty.dim("  no functions yet: `ol new NAME` makes one"));
    }
    out.flush();
  }

  /// Problems of a function that cannot be served, or notes of one that can.
  void problems(FunctionName function, List<String> problems) {
    out.println(tty.red(function + ":"));
    problems.forEach(problem -> out.println("  " + Tty.printable(problem)));
    out.flush();
  }

  private String status(int status) {
    String text = Integer.toString(status);
    return status < 400 ? tty.green(text) : tty.red(text);
  }

  /// Ends it, without waiting.
  void stop() {
    listening.close();
    thread.interrupt();
  }
}
