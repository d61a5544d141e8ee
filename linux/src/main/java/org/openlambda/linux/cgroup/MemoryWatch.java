package org.openlambda.linux.cgroup;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;

/// Looks at the memory of process trees on one thread, where no controller limits it.
final class MemoryWatch implements AutoCloseable {
  /// The pause between two looks.
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Set<ProcessTree> watched = ConcurrentHashMap.newKeySet();

  /// Started with the first tree: most machines have none. Guarded by this.
  private @Nullable Thread thread;

  private volatile boolean closed;

  /// From now on until it ends. Any thread.
  synchronized void watch(ProcessTree tree) {
    watched.add(tree);
    if (thread == null) {
      thread = Thread.ofPlatform().name("memory").daemon().start(this::work);
    }
  }

  void forget(ProcessTree tree) {
    watched.remove(tree);
  }

  private void work() {
    while (!closed) {
      watched.removeIf(tree -> !looked(tree));
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }

  /// Whether it is to be looked at again.
  private static boolean looked(ProcessTree tree) {
    try {
      return tree.look();
    } catch (LinuxException gone) {
      return !tree.hasEnded();
    }
  }

  @Override
  public void close() {
    closed = true; // the thread sees it within a pause
  }
}
