package org.openlambda.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;

/// A journal that keeps everything.
final class FakeJournal implements Journal {
  final List<Entry> entries = new CopyOnWriteArrayList<>();
  final List<LogLine> lines = new CopyOnWriteArrayList<>();

  /// What who reads waits for.
  volatile CountDownLatch open = new CountDownLatch(0);

  /// How many have asked for what was printed.
  final AtomicInteger readers = new AtomicInteger();

  final List<Consumer<LogLine>> listeners = new CopyOnWriteArrayList<>();

  void say(RequestId id, String function, String text) {
    line(
        new LogLine(
            id, new FunctionId(Account.FIRST, new FunctionName(function)), Instant.EPOCH, text));
  }

  @Override
  public void line(LogLine line) {
    lines.add(line);
    listeners.forEach(listener -> listener.accept(line));
  }

  @Override
  public void ended(Entry entry) {
    entries.add(entry);
  }

  @Override
  public Optional<Entry> find(RequestId id) {
    return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  @Override
  public List<LogLine> lines(RequestId id) {
    return lines.stream().filter(line -> line.invocation().equals(id)).toList();
  }

  @Override
  public List<LogLine> recent(Selection selection, int limit) {
    readers.incrementAndGet();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return lines.stream().filter(selection::takes).limit(limit).toList();
  }

  @Override
  public Listening listen(Consumer<Entry> entryListener, Consumer<LogLine> lineListener) {
    listeners.add(lineListener);
    return () -> listeners.remove(lineListener);
  }
}
