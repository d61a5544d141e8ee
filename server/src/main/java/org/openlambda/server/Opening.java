package org.openlambda.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A part that is opened on a thread of its own, while others are. Any thread.
final class Opening<T extends Closeable> implements Closeable {
  private final FutureTask<T> task;

  private Opening(Callable<T> opener) {
    this.task = new FutureTask<>(opener);
  }

  /// Begins.
  ///
  /// @param opener throws no checked exception but [IOException]
  static <T extends Closeable> Opening<T> begin(String name, Callable<T> opener) {
    var opening = new Opening<T>(opener);
    var _ = Thread.ofPlatform().name(name).daemon().start(opening.task);
    return opening;
  }

  /// The part. Blocks until it is open.
  ///
  /// @throws IOException why it is not
  T get() throws IOException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while it was started");
  }

  /// Closes the part, if it could be opened. Blocks until that is known.
  @Override
  public void close() throws IOException {
    T part;
    try {
      part = task.get();
    } catch (ExecutionException e) {
      return; // whoever asked was told
    } catch (InterruptedException e) {
      throw interrupted();
    }
    part.close();
  }
}
