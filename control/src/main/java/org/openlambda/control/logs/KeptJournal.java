package org.openlambda.control.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal of `ol up`: what happened just now is in memory, where the end of a call and its
/// last lines are found at once; what happened before, also before this start, is on the disk. A
/// disk that cannot be read is told in the log, and its lines are missing in the answer.
public final class KeptJournal implements Journal {
  /// Lines of a call that are answered; [#recent] has the others.
  private static final int MOST_LINES = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(KeptJournal.class);

  private final Journal recent;
  private final LogStore store;

  /// @param recent what is in memory
  /// @param store what is on the disk; closed by whoever opened it
  public KeptJournal(Journal recent, LogStore store) {
    this.recent = recent;
    this.store = store;
  }

  @Override
  public void line(LogLine line) {
    recent.line(line);
    store.line(line);
  }

  @Override
  public void ended(Entry entry) {
    recent.ended(entry);
    store.ended(entry);
  }

  @Override
  public Optional<Entry> find(RequestId id) {
    Optional<Entry> found = recent.find(id);
    try {
      return found.isPresent() ? found : store.find(id);
    } catch (IOException e) {
      LOG.warn("call {} cannot be looked up: {}", id, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public List<LogLine> lines(RequestId id) {
    List<LogLine> lines = recent.lines(id);
    return lines.isEmpty() && recent.find(id).isEmpty() ? older(id) : lines;
  }

  private List<LogLine> older(RequestId id) {
    try {
      List<LogLine> lines = store.lines(id, MOST_LINES + 1);
      if (lines.size() <= MOST_LINES) {
        return lines;
      }
      LogLine first = lines.getFirst();
      var shown = new ArrayList<LogLine>(lines.size());
      shown.add(new LogLine(id, first.function(), first.at(), "… earlier lines are not shown"));
      shown.addAll(lines.subList(1, lines.size()));
      return List.copyOf(shown);
    } catch (IOException e) {
      LOG.warn("the lines of call {} cannot be read: {}", id, e.toString());
      return List.of();
    }
  }

  @Override
  public List<LogLine> recent(Selection selection, int limit) {
    try {
      return store.recent(selection, limit);
    } catch (IOException e) {
      LOG.warn("lines cannot be read: {}", e.toString());
      return List.of();
    }
  }

  @Override
  public Listening listen(Consumer<Entry> entries, Consumer<LogLine> lines) {
    return recent.listen(entries, lines);
  }
}
