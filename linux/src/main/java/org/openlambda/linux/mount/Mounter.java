package org.openlambda.linux.mount;

import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;

/// Attaches mounts inside other mount namespaces, on one platform thread of its own: to enter a
/// mount namespace, a thread must share its root directory with no other thread, for ever.
///
/// If that thread cannot come home it ends, and every attach then fails: it would be looking up
/// paths in a tenant's file system.
///
/// *Threads*: any may ask, also virtual ones, which park. *Cost*: 3 µs for the way there and back;
/// the hand-over to the thread and back costs two wake-ups, [#handOver] one.
public final class Mounter implements AutoCloseable {
  static final int LONGEST_TARGET = 1000;

  /// @param done is told how it went, null if well, on the mounter's thread
  private record Job(@Nullable Attach attach, Consumer<@Nullable RuntimeException> done) {}

  /// Its attach is null: ends the thread.
  private static final Job END = new Job(null, _ -> {});

  private final BlockingQueue<Job> queue;
  private final int capacity;
  private final Thread thread;

  /// Set once, when no job is taken any more; guarded by `queue` together with adding to it.
  private @Nullable String ended;

  /// Starts the thread and waits until it has made itself ready, about 1 ms.
  ///
  /// @param capacity most attaches that may wait
  /// @throws LinuxException with `EPERM` without `CAP_SYS_ADMIN`
  public Mounter(int capacity) {
    this.capacity = capacity;
    this.queue = new ArrayBlockingQueue<>(capacity + 1); // and the end
    var ready = new CountDownLatch(1);
    var failure = new AtomicReference<@Nullable RuntimeException>();
    thread = Thread.ofPlatform().daemon().name("mounter").start(() -> run(ready, failure));
    awaitUninterrupted(ready);
    @Nullable RuntimeException why = failure.get();
    if (why != null) {
      throw why;
    }
  }

  /// With space for 1024 waiting attaches.
  public Mounter() {
    this(1024);
  }

  /// Attaches, runs the continuation, and returns afterwards. The caller parks meanwhile, and does
  /// so to the end even when interrupted, for its descriptors are in use.
  ///
  /// @throws LinuxException if the kernel refuses, such as `ESRCH` when the sandbox is gone
  /// @throws RejectedExecutionException if too many wait
  /// @throws IllegalStateException if the mounter has ended
  public void attach(Attach job) {
    var done = new CountDownLatch(1);
    var failure = new AtomicReference<@Nullable RuntimeException>();
    add(
        new Job(
            job,
            why -> {
              failure.set(why);
              done.countDown();
            }));
    awaitUninterrupted(done);
    @Nullable RuntimeException why = failure.get();
    if (why != null) {
      throw why;
    }
  }

  /// Attaches and runs the continuation later; returns at once. The descriptors have to stay open
  /// until the continuation or `failed` runs.
  ///
  /// @param failed runs on the mounter's thread instead of the continuation (or after it, if it was
  ///   the continuation that threw), with what [#attach] would have thrown
  /// @throws RejectedExecutionException if too many wait
  /// @throws IllegalStateException if the mounter has ended
  public void handOver(Attach job, Consumer<RuntimeException> failed) {
    add(
        new Job(
            job,
            why -> {
              if (why != null) {
                failed.accept(why);
              }
            }));
  }

  /// Finishes what waits, then ends the thread.
  @Override
  public void close() {
    synchronized (queue) {
      if (ended == null) {
        ended = "the mounter is closed";
        queue.add(END);
      }
    }
    if (Thread.currentThread() != thread) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void add(Job job) {
    synchronized (queue) {
      if (ended != null) {
        throw new IllegalStateException(ended);
      }
      if (queue.size() >= capacity) {
        throw new RejectedExecutionException(
            "the mounter has %d attaches waiting, the most it takes".formatted(capacity));
      }
      queue.add(job);
    }
  }

  private void run(CountDownLatch ready, AtomicReference<@Nullable RuntimeException> failure) {
    try (Journey journey = new Journey()) {
      ready.countDown();
      while (true) {
        Job job = takeUninterrupted();
        if (job.attach() == null) {
          return;
        }
        job.done().accept(perform(journey, job.attach()));
        if (journey.stranded()) {
          refuseAll();
          return;
        }
      }
    } catch (RuntimeException cannotStart) {
      failure.set(cannotStart);
    } finally {
      ready.countDown();
    }
  }

  private static @Nullable RuntimeException perform(Journey journey, Attach job) {
    try {
      @Nullable RuntimeException failure = journey.make(job);
      if (failure == null) {
        job.then().run();
      }
      return failure;
    } catch (RuntimeException failure) {
      return failure;
    }
  }

  private void refuseAll() {
    var waiting = new ArrayList<Job>();
    synchronized (queue) {
      ended = "the mounter could not return from a sandbox's namespace and has ended; restart";
      queue.drainTo(waiting);
    }
    for (Job job : waiting) {
      job.done().accept(new IllegalStateException(ended));
    }
  }

  private Job takeUninterrupted() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException _) {
        // only close() ends this thread
      }
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
