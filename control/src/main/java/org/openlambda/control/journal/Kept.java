package org.openlambda.control.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

/// What is kept of one invocation. Guarded by itself; held for a few instructions.
///
///     // OPEN -> CLOSED, when a newer invocation takes its place
final class Kept {
  private static final int LINE_OVERHEAD_BYTES = 64;

  /// @param order among all lines of the journal
  record Line(long order, LogLine line) {}

  private final RequestId id;

  /// Most invocations print nothing.
  private @Nullable ArrayDeque<Line> lines;

  private @Nullable Ending ending;
  private long textBytes;
  private int dropped;
  private boolean closed;

  Kept(RequestId id) {
    this.id = id;
  }

  RequestId id() {
    return id;
  }

  static long bytes(LogLine line) {
    return LINE_OVERHEAD_BYTES + 2L * line.text().length();
  }

  /// Notes how the invocation ended.
  ///
  /// @return false if this is closed
  synchronized boolean end(Ending end) {
    if (closed) {
      return false;
    }
    ending = end;
    return true;
  }

  /// Adds a line, dropping older ones that no longer fit.
  ///
  /// @return the change of the kept text in bytes, or [Long#MIN_VALUE] if this is closed
  synchronized long add(Line line, JournalBounds bounds) {
    if (closed) {
      return Long.MIN_VALUE;
    }
    long before = textBytes;
    if (lines == null) {
      lines = new ArrayDeque<>(4);
    }
    lines.addLast(line);
    textBytes += bytes(line.line());
    while (lines.size() > bounds.lines()
        || (textBytes > bounds.text().count() && lines.size() > 1)) {
      textBytes -= bytes(lines.removeFirst().line());
      dropped++;
    }
    return textBytes - before;
  }

  /// Drops all lines.
  ///
  /// @return how many bytes of text were freed
  synchronized long dropLines() {
    long freed = textBytes;
    if (lines != null) {
      dropped += lines.size();
      lines = null;
    }
    textBytes = 0;
    return freed;
  }

  /// Drops all, for good.
  synchronized long close() {
    closed = true;
    return dropLines();
  }

  synchronized Optional<Entry> entry() {
    return Optional.ofNullable(ending).map(end -> end.entry(id));
  }

  /// The lines, behind one that says how many before them were dropped.
  synchronized List<LogLine> lines() {
    List<Line> kept = snapshot();
    List<LogLine> all = new ArrayList<>(kept.size() + 1);
    if (dropped > 0) {
      droppedLine(kept).ifPresent(all::add);
    }
    kept.forEach(line -> all.add(line.line()));
    return List.copyOf(all);
  }

  private Optional<LogLine> droppedLine(List<Line> kept) {
    String text = "… %,d earlier lines were dropped".formatted(dropped);
    if (!kept.isEmpty()) {
      LogLine first = kept.getFirst().line();
      return Optional.of(new LogLine(id, first.function(), first.at(), text));
    }
    return Optional.ofNullable(ending).map(end -> new LogLine(id, end.function(), end.at(), text));
  }

  /// The kept lines, the oldest first.
  synchronized List<Line> snapshot() {
    return lines == null ? List.of() : List.copyOf(lines);
  }
}
