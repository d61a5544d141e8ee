package org.openlambda.server;

import java.util.concurrent.CountDownLatch;

/// The end of a command that serves until Ctrl-C or SIGTERM. The JVM waits for [#close], which has
/// to come whatever fails: it would wait for ever.
final class Ending implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /// From now on a signal does not end the JVM, but [#await].
  static Ending onSignal() {
    var ending = new Ending();
    Runtime.getRuntime().addShutdownHook(new Thread(ending::hold, "stop"));
    return ending;
  }

  /// Blocks until a signal has come.
  void await() throws InterruptedException {
    asked.await();
  }

  /// What the JVM does at a signal: lets the command end, and waits until it has.
  void hold() {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The command has ended.
  @Override
  public void close() {
    ended.countDown();
  }
}
