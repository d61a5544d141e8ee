package org.openlambda.core.thread;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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
    var done = new CompletableFuture<T>();
    THREADS.execute(() -> {
      try {
        done.complete(task.run());
      } catch (IOException | RuntimeException | Error e) {
        done.completeExceptionally(e);
      }
    });
    try {
      return done.join();
    } catch (CompletionException e) {
      throw unchecked(e);
    }
  }

  /// What to throw for a task that failed, unless that is checked: then it is thrown here.
  private static RuntimeException unchecked(CompletionException failed) throws IOException {
    return switch (failed.getCause()) {
      case IOException e -> throw e;
      case Error e -> throw e;
      case RuntimeException e -> e;
      case null, default -> failed;
    };
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
}
