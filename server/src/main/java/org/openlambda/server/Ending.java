package org.openlambda.server;

import java.util.concurrent.CountDownLatch;

/// How a command that serves ends by Ctrl-C or SIGTERM.
final class Ending {
  private Ending() {}

  /// For a shutdown hook: lets the command end, and keeps the JVM alive until it has.
  static void await(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
