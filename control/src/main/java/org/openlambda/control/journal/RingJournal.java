package org.openlambda.control.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal as a ring: each invocation takes the next place when it first prints or ends, and
/// the one that had the place is forgotten.
///
/// Threads meet in one counter, a concurrent map and the lock of the one invocation they speak of;
/// none waits for a reader or a listener. A listener that throws is logged and removed.
public final class RingJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(RingJournal.class);
  private static final List<PackedLines.Line> NO_LINES = List.of();

  private final JournalBounds bounds;
  private final ConcurrentHashMap<RequestId, Kept> byId;
  private final AtomicReferenceArray<@Nullable Kept> ring;

  /// Places given out so far; the invocation of number n sits in place n modulo the ring's length.
  private final AtomicLong places = new AtomicLong();

  /// The number of the next invocation to lose its lines when all text is too much.
  private final AtomicLong oldestWithText = new AtomicLong();

  private final AtomicLong textBytes = new AtomicLong();
  private final AtomicLong lineOrder = new AtomicLong();
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /// A listener is known by its identity: the same consumers may listen twice.
  private static final class Listener {
    private final Consumer<Entry> entries;
    private final Consumer<LogLine> lines;

    Listener(Consumer<Entry> entries, Consumer<LogLine> lines) {
      this.entries = entries;
      this.lines = lines;
    }
  }

  public RingJournal(JournalBounds bounds) {
    this.bounds = bounds;
    this.byId = new ConcurrentHashMap<>(2 * bounds.invocations());
    this.ring = new AtomicReferenceArray<>(bounds.invocations());
  }

  @Override
  public void line(LogLine line) {
    long order = lineOrder.getAndIncrement();
    LogLine whole = cut(line);
    long added = kept(line.invocation(), line.function()).add(order, whole, bounds);
    if (added == Long.MIN_VALUE) { // forgotten this very moment: it begins anew
      added = Math.max(0, kept(line.invocation(), line.function()).add(order, whole, bounds));
    }
    if (textBytes.addAndGet(added) > bounds.allText().count()) {
      dropOldLines();
    }
    for (Listener listener : listeners) {
      tell(listener, listener.lines, line);
    }
  }

  @Override
  public void ended(Entry entry) {
    Ending ending = Ending.of(entry);
    if (!kept(entry.id(), entry.function()).end(ending)) {
      kept(entry.id(), entry.function()).end(ending);
    }
    for (Listener listener : listeners) {
      tell(listener, listener.entries, entry);
    }
  }

  /// A line that is longer than lines may be would break the bounds.
  private static LogLine cut(LogLine line) {
    return line.text().length() <= LogLine.LONGEST
        ? line
        : new LogLine(
            line.invocation(),
            line.function(),
            line.at(),
            line.text().substring(0, LogLine.LONGEST),
            line.stream());
  }

  private Kept kept(RequestId id, FunctionId function) {
    Kept known = byId.get(id);
    return known != null ? known : enter(id, function);
  }

  private Kept enter(RequestId id, FunctionId function) {
    var fresh = new Kept(id);
    Kept other = byId.putIfAbsent(id, fresh);
    if (other != null) {
      return other;
    }
    int place = (int) (places.getAndIncrement() % ring.length());
    Kept forgotten = ring.getAndSet(place, fresh);
    if (forgotten != null) {
      byId.remove(forgotten.id(), forgotten);
      PackedLines left = forgotten.close();
      if (left != null && !fresh.inherit(left, function)) {
        textBytes.addAndGet(-left.capacity());
      }
    }
    return fresh;
  }

  private void dropOldLines() {
    while (textBytes.get() > bounds.allText().count()) {
      long number = Math.max(oldestWithText.get(), places.get() - ring.length());
      if (number >= places.get()) {
        number = places.get() - ring.length(); // once round: the old ones printed again
      }
      oldestWithText.set(number + 1);
      Kept kept = ring.get((int) Math.floorMod(number, (long) ring.length()));
      if (kept != null) {
        textBytes.addAndGet(-kept.dropLines());
      }
    }
  }

  private <T> void tell(Listener listener, Consumer<T> consumer, T what) {
    try {
      consumer.accept(what);
    } catch (RuntimeException e) {
      listeners.remove(listener);
      LOG.warn("a listener of the journal failed and was removed; others go on", e);
    }
  }

  @Override
  public Optional<Entry> find(RequestId id) {
    return Optional.ofNullable(byId.get(id)).flatMap(Kept::entry);
  }

  @Override
  public List<LogLine> lines(RequestId id) {
    Kept kept = byId.get(id);
    return kept == null ? List.of() : kept.lines();
  }

  @Override
  public List<LogLine> recent(Selection selection, int limit) {
    if (limit < 1) {
      return List.of();
    }
    var newest = new PriorityQueue<>(Comparator.comparingLong(PackedLines.Line::order));
    for (int place = 0; place < ring.length(); place++) {
      Kept kept = ring.get(place);
      long older = newest.size() == limit ? newest.element().order() : -1;
      for (PackedLines.Line line : kept == null ? NO_LINES : kept.snapshot(older).reversed()) {
        if (newest.size() == limit && newest.element().order() > line.order()) {
          break; // what follows is older still
        }
        if (selection.takes(line.line()) && newest.add(line) && newest.size() > limit) {
          newest.remove();
        }
      }
    }
    List<LogLine> lines = new ArrayList<>(newest.size());
    while (!newest.isEmpty()) {
      lines.add(newest.remove().line());
    }
    return List.copyOf(lines);
  }

  @Override
  public Listening listen(Consumer<Entry> entries, Consumer<LogLine> lines) {
    var listener = new Listener(entries, lines);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
