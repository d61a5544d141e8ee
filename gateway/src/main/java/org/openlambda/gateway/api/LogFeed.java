package org.openlambda.gateway.api;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.LogLine;

/// New log lines between the threads that record them and the one that sends them to a reader.
/// Bounded: a reader that is too slow loses the feed, not the recorders their time.
final class LogFeed {
  /// Lines that may wait for the reader.
  static final int ROOM = 1024;

  private final Predicate<LogLine> wanted;

  // Guarded by this.
  private final ArrayDeque<LogLine> waiting = new ArrayDeque<>();
  private boolean overrun;
  private boolean closed;

  LogFeed(Predicate<LogLine> wanted) {
    this.wanted = wanted;
  }

  /// Takes a line. Does not block.
  void add(LogLine line) {
    if (!wanted.test(line)) {
      return;
    }
    synchronized (this) {
      if (waiting.size() >= ROOM) {
        overrun = true;
      } else if (!overrun) {
        waiting.add(line);
      }
      notifyAll();
    }
  }

  /// No more is wanted.
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /// Whether lines were lost as the reader was too slow.
  synchronized boolean isOverrun() {
    return overrun;
  }

  /// The next line; empty when the feed was closed, or overrun and what waited is read. Blocks.
  synchronized Optional<LogLine> next() throws InterruptedException {
    while (waiting.isEmpty() && !closed && !overrun) {
      wait();
    }
    @Nullable LogLine line = closed ? null : waiting.poll();
    return Optional.ofNullable(line);
  }
}
