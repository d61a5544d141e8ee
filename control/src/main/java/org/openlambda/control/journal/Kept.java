package org.openlambda.control.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.journal.PackedLines.Line;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

/// What is kept of one invocation, of one function. Guarded by itself; held for a few
/// instructions, or as long as its lines are read.
///
///     // OPEN -> CLOSED, when a newer invocation takes its place
final class Kept {
  /// Most invocations need no more.
  private static final int MOST_INHERITED = 1024;

  private final RequestId id;

  /// Most invocations of `ol dev` print nothing.
  private @Nullable PackedLines lines;

  private @Nullable Ending ending;
  private int dropped;
  private boolean closed;

  Kept(RequestId id) {
    this.id = id;
  }

  RequestId id() {
    return id;
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
  /// @param order among all lines of the journal
  /// @return the change of what is taken in bytes, or [Long#MIN_VALUE] if this is closed
  synchronized long add(long order, LogLine line, JournalBounds bounds) {
    if (closed) {
      return Long.MIN_VALUE;
    }
    long before = bytes();
    PackedLines all = lines;
    if (all == null) {
      all = new PackedLines(line.function());
      lines = all;
    }
    dropped += all.add(order, line, bounds);
    return bytes() - before;
  }

  private long bytes() {
    return lines == null ? 0 : lines.capacity();
  }

  /// Drops all lines.
  ///
  /// @return how many bytes were freed
  synchronized long dropLines() {
    long freed = bytes();
    if (lines != null) {
      dropped += lines.count();
      lines = null;
    }
    return freed;
  }

  /// Drops all, for good.
  ///
  /// @return what the lines were in, for another invocation
  synchronized @Nullable PackedLines close() {
    PackedLines left = lines;
    closed = true;
    lines = null;
    return left;
  }

  /// Takes over what the lines of another invocation were in, if there are none yet.
  ///
  /// @return whether it did
  synchronized boolean inherit(PackedLines left, FunctionId function) {
    if (lines != null || closed || left.capacity() > MOST_INHERITED) {
      return false;
    }
    left.reset(function);
    lines = left;
    return true;
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
    return snapshot(-1);
  }

  /// The same, or none if none is newer than `order`.
  synchronized List<Line> snapshot(long order) {
    if (lines == null || lines.lastOrder() <= order) {
      return List.of();
    }
    var all = new ArrayList<Line>(lines.count());
    lines.each(id, all::add);
    return all;
  }
}
