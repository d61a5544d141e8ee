package org.openlambda.control.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.registry.FolderChanges.Change;
import org.openlambda.control.registry.Settling.Verdict;
import org.openlambda.core.bundle.Ignored;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.time.Time;

/// One function and the last reading of it.
///
///     // UNREAD -> READ <-> STALE: a change makes it stale, the next call reads it again
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

  /// Held while reading: calls of a function that has changed wait for one reading.
  private final ReentrantLock reading = new ReentrantLock();

  private volatile @Nullable Reading last; // written under `reading`

  /// Set by changes, cleared just before a reading begins.
  private volatile boolean stale = true;

  /// Whether the last reading got a watch on every folder; if not, each call reads again.
  private volatile boolean watched = true; // written under `reading`

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
    Reading now = last;
    return now != null && !isDue() ? now.lookup() : current().lookup();
  }

  List<String> notes() {
    Reading now = last;
    return now != null && !isDue() ? now.notes() : current().notes();
  }

  private boolean isDue() {
    return stale || !watched;
  }

  private Reading current() {
    reading.lock();
    try {
      Reading previous = last;
      if (previous == null) {
        return read(Optional.empty());
      }
      awaitReplacement();
      boolean previousServes = !isDue() || settling.verdict(time.nanos()) == Verdict.SERVE_PREVIOUS;
      return previousServes ? previous : read(Optional.of(previous));
    } finally {
      reading.unlock();
    }
  }

  /// Waits while a file is gone that an editor may be about to write again; see [Settling].
  private void awaitReplacement() {
    while (stale && settling.verdict(time.nanos()) == Verdict.WAIT) {
      LockSupport.parkNanos(MILLI_NANOS);
      watches.drain();
    }
  }

  private Reading read(Optional<Reading> previous) {
    Reading fresh = attempt(previous);
    for (int attempt = 1; attempt < ATTEMPTS && isMoving(fresh); attempt++) {
      LockSupport.parkNanos(MILLI_NANOS << attempt);
      fresh = attempt(Optional.of(fresh));
    }
    if (isMoving(fresh)) {
      stale = true;
      if (previous.isPresent() && settling.verdict(time.nanos()) == Verdict.SERVE_PREVIOUS) {
        return previous.get();
      }
    }
    settling.clear();
    last = fresh;
    if (source instanceof Source.Archive) {
      reader.forgetOlder(name, fresh, previous);
    }
    return fresh;
  }

  private boolean isMoving(Reading fresh) {
    return stale || !fresh.settled();
  }

  private Reading attempt(Optional<Reading> before) {
    stale = false;
    boolean[] all = {true};
    Reading fresh =
        reader.read(name, source, before, (path, folder) -> all[0] &= watch(path, folder));
    watched = all[0] && (fresh.content().isPresent() || source instanceof Source.Archive);
    watches.drain();
    return fresh;
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
        stale = true;
      }
      case SAVED -> {
        settling.settled(path);
        stale = true;
      }
      case GONE -> {
        Reading now = last;
        if (now != null && now.holds(path)) {
          settling.gone(path, time.nanos());
        } else {
          settling.settled(path);
        }
        stale = true;
      }
      case ATTRIBUTES, ENDED, LOST -> stale = true;
    }
  }

  @Override
  public void lost() {
    stale = true;
  }
}
