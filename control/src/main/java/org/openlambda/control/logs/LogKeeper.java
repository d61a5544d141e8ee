package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.atomic.LongAdder;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what functions print, and drops what is too much or too old. For the thread that writes.
final class LogKeeper implements AutoCloseable {
  /// Segments that are open at once.
  static final int MOST_OPEN = 64;

  private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long TIDY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long AGING_NANOS = Duration.ofMinutes(1).toNanos();

  private final LogBounds bounds;
  private final Shelf shelf;
  private final Calls calls;
  private final Time time;
  private final LongAdder dropped;
  private final ByteBuffer out = ByteBuffer.allocateDirect(4 * Frames.MOST);

  /// Whose newest segment is open, the one that was longest not written to first.
  private final SequencedSet<FunctionLog> open = new LinkedHashSet<>();

  /// What all segments take of the disk.
  private long lineBytes;

  /// Items of the batch in hand that are written.
  private int written;

  /// Whether the last thing that was written could not be.
  private boolean failing;

  private long retryNanos;
  private long tidiedNanos;
  private long agedNanos;

  /// @param dropped counts what is lost here
  LogKeeper(LogBounds bounds, Shelf shelf, Calls calls, Time time, LongAdder dropped) {
    this.bounds = bounds;
    this.shelf = shelf;
    this.calls = calls;
    this.time = time;
    this.dropped = dropped;
    this.lineBytes = shelf.all().stream().mapToLong(FunctionLog::bytes).sum();
    this.tidiedNanos = time.nanos();
    this.agedNanos = tidiedNanos - AGING_NANOS;
  }

  /// Writes a batch; if that is not possible, it is counted in its inbox.
  void write(Inbox inbox, Inbox.Batch batch) {
    if (batch.items().isEmpty()) {
      return;
    }
    written = 0;
    List<Item> items = withNotice(inbox.function(), batch);
    try {
      if (failing && time.nanos() - retryNanos < 0) {
        lose(inbox, batch);
        return;
      }
      FunctionLog log = shelf.of(inbox.function());
      long before = log.bytes();
      try {
        append(log, items);
      } finally {
        lineBytes += log.bytes() - before;
      }
      dropBeyond(log);
      failing = false;
    } catch (IOException e) {
      failed(inbox, e);
      lose(inbox, batch);
    } catch (RuntimeException bug) {
      LOG.error("lines of {} are lost", inbox.function(), bug);
      abandon(inbox.function());
      lose(inbox, batch);
    }
  }

  /// What is lost is told where it would be.
  private static List<Item> withNotice(FunctionId function, Inbox.Batch batch) {
    RequestId last = batch.lastDropped();
    if (last == null) {
      return batch.items();
    }
    var items = new ArrayList<>(batch.items());
    String text =
        "… %,d lines are missing here: they could not be written".formatted(batch.dropped());
    Instant at = items.get(Math.max(0, batch.gap() - 1)).at();
    items.add(batch.gap(), new Item.Line(new LogLine(last, function, at, text)));
    return items;
  }

  private void append(FunctionLog log, List<Item> items) throws IOException {
    SegmentTail tail = tail(log, items.getFirst());
    for (Item item : items) {
      if (tail.isFull() || tail.length() >= bounds.segmentBytes()) {
        written += tail.flush(calls);
        tail = tail(log, item);
      }
      tail.add(item);
    }
    written += tail.flush(calls);
  }

  private SegmentTail tail(FunctionLog log, Item next) throws IOException {
    open.remove(log);
    open.addLast(log);
    if (open.size() > MOST_OPEN) {
      open.removeFirst().closeTail();
    }
    return log.tail(bounds, next.at().toEpochMilli(), out);
  }

  private void failed(Inbox inbox, IOException e) {
    if (!failing) {
      LOG.warn(
          "cannot write what functions print: {}; it is dropped and counted until that works again",
          e.toString());
    }
    failing = true;
    retryNanos = time.nanos() + RETRY_NANOS;
    abandon(inbox.function());
  }

  /// What was added and not written is forgotten.
  private void abandon(FunctionId function) {
    out.clear();
    shelf
        .find(function)
        .ifPresent(log -> {
          open.remove(log);
          close(log);
        });
  }

  private void close(FunctionLog log) {
    try {
      log.closeTail();
    } catch (IOException e) {
      LOG.debug("closing a segment of {}: {}", log.function(), e.toString());
    }
  }

  private void lose(Inbox inbox, Inbox.Batch batch) {
    boolean noticed = batch.dropped() > 0 && written > batch.gap();
    int lost = batch.items().size() - (noticed ? written - 1 : written);
    dropped.add(lost);
    long untold = noticed ? 0 : batch.dropped();
    if (lost + untold > 0) {
      inbox.lose(lost + untold, batch.items().getLast().invocation());
    }
  }

  /// A function's own bound first, so that it is its own lines that it pushes out.
  private void dropBeyond(FunctionLog log) throws IOException {
    while (log.bytes() > bounds.function().count() && log.segments().size() > 1) {
      dropOldest(log);
    }
    if (lineBytes > bounds.lineBytes()) {
      long enough = bounds.lineBytes() / 20 * 19;
      while (lineBytes > enough) {
        dropOldest(
            shelf.all().stream()
                .filter(one -> !one.segments().isEmpty())
                .max(
                    Comparator.comparingLong(FunctionLog::bytes)
                        .thenComparing(FunctionLog::lastMillis, Comparator.reverseOrder()))
                .orElseThrow());
      }
    }
  }

  private void dropOldest(FunctionLog log) throws IOException {
    long before = log.bytes();
    log.dropOldest();
    lineBytes += log.bytes() - before;
    if (!log.isOpen()) {
      open.remove(log);
    }
  }

  /// What is done from time to time.
  ///
  /// @return whether logs were looked at for their age
  boolean tidy() {
    long now = time.nanos();
    if (now - tidiedNanos < TIDY_NANOS) {
      return false;
    }
    tidiedNanos = now;
    try {
      calls.trim(bounds.indexBytes(), shelf::has);
      if (now - agedNanos >= AGING_NANOS) {
        agedNanos = now;
        dropOld();
        return true;
      }
    } catch (IOException e) {
      LOG.debug("old lines cannot be dropped: {}; it is tried again", e.toString());
    }
    return false;
  }

  /// Drops all lines of an account.
  void forget(Account account) {
    try {
      for (FunctionLog log : List.copyOf(shelf.all())) {
        if (log.function().account().equals(account)) {
          while (!log.segments().isEmpty()) {
            dropOldest(log);
          }
          open.remove(log);
          shelf.remove(log);
        }
      }
      shelf.removeFolder(account);
    } catch (IOException e) {
      LOG.warn("lines of the deleted account {} are left until the next start", account, e);
    }
  }

  private void dropOld() throws IOException {
    long horizon = time.now().minus(bounds.age()).toEpochMilli();
    for (FunctionLog log : shelf.all()) {
      while (!log.segments().isEmpty() && log.segments().getFirst().lastMillis() < horizon) {
        dropOldest(log);
      }
      if (log.segments().isEmpty()) {
        open.remove(log);
        shelf.remove(log);
      }
    }
    calls.dropBefore(horizon - bounds.segmentMillis());
  }

  @Override
  public void close() {
    open.forEach(this::close);
    open.clear();
    try {
      calls.close();
    } catch (IOException e) {
      LOG.debug("closing the index of calls: {}", e.toString());
    }
  }
}
