package org.openlambda.control.journal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.FunctionName;
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
  private final ArrayDeque<Line> lines = new ArrayDeque<>(4);
  private @Nullable Entry entry;
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
  synchronized boolean end(Entry end) {
    if (closed) {
      return false;
    }
    entry = end;
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
    dropped += lines.size();
    lines.clear();
    textBytes = 0;
    return freed;
  }

  /// Drops all, for good.
  synchronized long close() {
    closed = true;
    return dropLines();
  }

  synchronized Optional<Entry> entry() {
    return Optional.ofNullable(entry);
  }

  /// The lines, behind one that says how many before them were dropped.
  synchronized List<LogLine> lines() {
    List<LogLine> all = new ArrayList<>(lines.size() + 1);
    if (dropped > 0) {
      droppedLine().ifPresent(all::add);
    }
    lines.forEach(line -> all.add(line.line()));
    return List.copyOf(all);
  }

  private Optional<LogLine> droppedLine() {
    Optional<FunctionName> function =
        lines.isEmpty()
            ? entry().map(Entry::function)
            : Optional.of(lines.getFirst().line().function());
    Instant at =
        lines.isEmpty()
            ? entry().map(Entry::at).orElse(Instant.EPOCH)
            : lines.getFirst().line().at();
    String text = "… %,d earlier lines were dropped".formatted(dropped);
    return function.map(name -> new LogLine(id, name, at, text));
  }

  /// The kept lines, the oldest first.
  synchronized List<Line> snapshot() {
    return List.copyOf(lines);
  }
}
