package org.openlambda.control.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.registry.Settling.Verdict;
import org.openlambda.control.watch.FolderChanges.Change;
import org.openlambda.control.watch.Watches;
import org.openlambda.core.bundle.Ignored;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.thread.SlowWork;
import org.openlambda.core.time.Time;

/// One function and the last reading of it.
///
///     // UNREAD -> CURRENT <-> DUE: a change makes the reading due, the next call reads again
///
/// Changes are counted, and a reading remembers the count from just before it began: a call that
/// comes after a change never takes a reading that began before it, even while one is under way.
final class KnownFunction implements Watches.Owner {
  /// How often a folder is read that does not stand still, with 2, 4, 8 and 16 ms between.
  private static final int ATTEMPTS = 5;

  private static final long MILLI_NANOS = 1_000_000;

  private final FunctionName name;
  private final Source source;
  private final BundleReader reader;
  private final Watches watches;
  private final Time time;
  private final Settling settling = new Settling();

  /// Counts what happened; raised under the lock of `watches`.
  private final AtomicLong changes = new AtomicLong();

  /// Held while reading: calls of a function that has changed wait for one reading.
  private final ReentrantLock reading = new ReentrantLock();

  private volatile @Nullable Last last; // written under `reading`

  /// @param changes how many there were before the reading began
  /// @param watched whether it got a watch on every folder; if not, each call reads again
  private record Last(Reading reading, long changes, boolean watched) {
    /// Whether the code changed since the reading began.
    boolean isOvertaken(long changesNow) {
      return changes != changesNow || !reading.settled();
    }
  }

  KnownFunction(FunctionName name, Source source, BundleReader reader, Watches watches, Time time) {
    this.name = name;
    this.source = source;
    this.reader = reader;
    this.watches = watches;
    this.time = time;
  }

  Source source() {
    return source;
  }

  /// What the name means, given that [Watches#drain] was called after the question was asked.
  /// Memory only if nothing changed.
  Lookup find() {
    return current().lookup();
  }

  List<String> notes() {
    return current().notes();
  }

  private Reading current() {
    Last now = last;
    return now != null && !isDue(now) ? now.reading() : SlowWork.compute(this::readIfDue);
  }

  private boolean isDue(Last now) {
    return !now.watched() || now.isOvertaken(changes.get());
  }

  private Reading readIfDue() {
    reading.lock();
    try {
      Last previous = last;
      if (previous == null) {
        return read(Optional.empty());
      }
      awaitReplacement(previous);
      return isDue(previous) && !isBeingWritten()
          ? read(Optional.of(previous.reading()))
          : previous.reading();
    } finally {
      reading.unlock();
    }
  }

  private boolean isBeingWritten() {
    return settling.verdict(time.nanos()) == Verdict.SERVE_PREVIOUS;
  }

  /// Waits while a file is gone that an editor may be about to write again; see [Settling].
  private void awaitReplacement(Last previous) {
    while (isDue(previous) && settling.verdict(time.nanos()) == Verdict.WAIT) {
      LockSupport.parkNanos(MILLI_NANOS);
      watches.drain();
    }
  }

  private Reading read(Optional<Reading> previous) {
    Last fresh = attempt(previous);
    for (int attempt = 1; attempt < ATTEMPTS && isDoubtful(fresh, previous); attempt++) {
      LockSupport.parkNanos(MILLI_NANOS << attempt);
      fresh = attempt(Optional.of(fresh.reading()));
    }
    if (previous.isPresent() && fresh.isOvertaken(changes.get()) && isHalfSaved(fresh)) {
      return previous.get(); // and due still
    }
    settling.clear();
    last = fresh;
    if (source instanceof Source.Archive) {
      reader.forgetOlder(name, fresh.reading(), previous);
    }
    return fresh.reading();
  }

  /// Whether to read once more. Without a watch nobody tells that an editor is about to replace
  /// what is missing.
  private boolean isDoubtful(Last fresh, Optional<Reading> previous) {
    return fresh.isOvertaken(changes.get())
        || (!fresh.watched() && previous.map(fresh.reading()::lacksFilesOf).orElse(false));
  }

  /// Whether a reading that was overtaken shows a moment that nobody meant to be served.
  private boolean isHalfSaved(Last fresh) {
    return fresh.reading().lookup() instanceof Lookup.Broken
        || settling.verdict(time.nanos()) != Verdict.READ;
  }

  private Last attempt(Optional<Reading> before) {
    long changesBefore = changes.get();
    boolean[] all = {true};
    Reading fresh =
        reader.read(name, source, before, (path, folder) -> all[0] &= watch(path, folder));
    boolean watched = all[0] && (fresh.content().isPresent() || source instanceof Source.Archive);
    watches.drain();
    return new Last(fresh, changesBefore, watched);
  }

  private boolean watch(Path path, String folder) {
    return watches.watch(path, folder, this);
  }

  @Override
  public void changed(String folder, Change change) {
    if (Ignored.test(folder, change.name())) {
      return;
    }
    String path = folder.isEmpty() ? change.name() : folder + "/" + change.name();
    switch (change.kind()) {
      case WRITING -> settling.writing(path, time.nanos());
      case CREATED -> {
        settling.writing(path, time.nanos());
        changes.incrementAndGet();
      }
      case SAVED -> {
        settling.settled(path);
        changes.incrementAndGet();
      }
      case GONE -> {
        gone(path);
        changes.incrementAndGet();
      }
      case ATTRIBUTES, ENDED, LOST -> changes.incrementAndGet();
    }
  }

  private void gone(String path) {
    Last now = last;
    if (now != null && now.reading().holds(path)) {
      settling.gone(path, time.nanos());
    } else {
      settling.settled(path);
    }
  }

  @Override
  public void lost() {
    changes.incrementAndGet();
  }
}
