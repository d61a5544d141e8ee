package org.openlambda.core.thread;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Work of milliseconds or more, as reading and copying files is: done on platform threads of its
/// own while the caller is parked. A virtual thread that waits for the disk would hold up its
/// carrier, and with that every call of the same event loop.
public final class SlowWork {
  /// So much may go on at once; the rest waits its turn.
  public static final int AT_ONCE = 16;

  private static final ExecutorService THREADS = threads();

  private SlowWork() {}

  /// Something that reads or writes files.
  public interface Task<T> {
    T run() throws IOException;
  }

  /// Does the task and waits for it. Blocks; an interrupt does not end it.
  ///
  /// @throws IOException as the task does; unchecked exceptions and errors too
  public static <T> T call(Task<T> task) throws IOException {
    var job = new Job<>(task, Thread.currentThread());
    THREADS.execute(job);
    return job.await();
  }

  /// Does work that throws nothing checked, and waits for it. Blocks.
  public static <T> T compute(Supplier<T> work) {
    try {
      return call(work::get);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static ExecutorService threads() {
    var threads =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("slow-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static final class Job<T> implements Runnable {
    private final Task<T> task;
    private final Thread caller;
    private @Nullable T result;
    private @Nullable Throwable failure;
    private volatile boolean done;

    private Job(Task<T> task, Thread caller) {
      this.task = task;
      this.caller = caller;
    }

    @Override
    public void run() {
      try {
        result = task.run();
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      } finally {
        done = true;
        LockSupport.unpark(caller);
      }
    }

    private T await() throws IOException {
      boolean interrupted = false;
      while (!done) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure != null) {
        rethrow(failure);
      }
      return Objects.requireNonNull(result);
    }

    private static void rethrow(Throwable failure) throws IOException {
      switch (failure) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
    }
  }
}
