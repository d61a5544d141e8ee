package org.openlambda.control.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Decides whether a folder that changed is worth reading, or is in the middle of being saved.
///
/// Editors save in steps: cut the file off and write it; write a new one beside it and rename; move
/// the old one away and write a new one. A version read between the steps would lack a file or half
/// of it. So while a file is being written the version before is served, and while one is gone, its
/// successor is waited for: both for a short time only, as some are never closed, and some are
/// meant to be gone.
final class Settling {
  /// How long the version before is served while somebody writes.
  static final Duration WRITING = Duration.ofMillis(200);

  /// How long a call waits for a file that was moved away to come back.
  static final Duration GONE = Duration.ofMillis(20);

  /// More names than this are not told apart: the oldest matter.
  private static final int MOST = 1024;

  enum Verdict {
    READ,
    SERVE_PREVIOUS,
    WAIT
  }

  private final Set<String> writing = new HashSet<>(); // guarded by this, like all of it
  private final Set<String> gone = new HashSet<>();
  private long writingSinceNanos;
  private long goneSinceNanos;

  /// Somebody began to write `path`, or goes on.
  synchronized void writing(String path, long nowNanos) {
    gone.remove(path);
    if (writing.isEmpty()) {
      writingSinceNanos = nowNanos;
    }
    if (writing.size() < MOST) {
      writing.add(path);
    }
  }

  /// A file of the served version is no longer there.
  synchronized void gone(String path, long nowNanos) {
    writing.remove(path);
    if (gone.isEmpty()) {
      goneSinceNanos = nowNanos;
    }
    if (gone.size() < MOST) {
      gone.add(path);
    }
  }

  /// `path` is complete, or of no interest.
  synchronized void settled(String path) {
    writing.remove(path);
    gone.remove(path);
  }

  synchronized Verdict verdict(long nowNanos) {
    if (!writing.isEmpty() && nowNanos - writingSinceNanos < WRITING.toNanos()) {
      return Verdict.SERVE_PREVIOUS;
    }
    if (!gone.isEmpty() && nowNanos - goneSinceNanos < GONE.toNanos()) {
      return Verdict.WAIT;
    }
    return Verdict.READ;
  }

  /// Forgets all: what is there was read as it is.
  synchronized void clear() {
    writing.clear();
    gone.clear();
  }
}
