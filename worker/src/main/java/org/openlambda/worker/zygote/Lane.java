package org.openlambda.worker.zygote;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.openlambda.core.time.Patience;

/// One zygote at a time; a dead one is replaced by the maker that needs it next. Any thread.
final class Lane {
  private static final Duration ZYGOTE_START = Patience.of(Duration.ofSeconds(20));

  /// How long a zygote that starts is let alone by the others: one that hangs holds up none.
  private static final long START_ALONE_MILLIS = 1_000;

  private final int number;
  private final ZygoteStarter starter;
  private final ZygoteStarter.Place place;
  private final Turns turns;
  private final BooleanSupplier closed;

  /// Written by whoever holds `this`.
  private volatile Optional<Zygote> zygote = Optional.empty();

  /// In which order the lanes of a nursery start their zygotes.
  static final class Turns {
    /// Held while a zygote starts. Two at once would both be late: one after the other, the first
    /// serves callers when half the time has passed.
    private final Semaphore starts = new Semaphore(1);

    /// Opens with the first sandbox of all: who waits for it need not wait for a second zygote,
    /// too.
    private final CountDownLatch first = new CountDownLatch(1);

    /// There is a sandbox.
    void firstIsMade() {
      first.countDown();
    }
  }

  /// @param number the first is 0
  /// @param closed whether the nursery is
  Lane(int number, ZygoteStarter starter, Turns turns, BooleanSupplier closed) {
    this.number = number;
    this.starter = starter;
    this.place = starter.place(number);
    this.turns = turns;
    this.closed = closed;
  }

  ZygoteStarter.Place place() {
    return place;
  }

  /// Dead ones included.
  Optional<Zygote> current() {
    return zygote;
  }

  boolean isEmpty() {
    Optional<Zygote> last = zygote;
    return last.isEmpty() || last.get().isDead();
  }

  /// Whether others may serve callers while this one starts: it takes no part until it has.
  boolean isYetToJoin() {
    return number > 0 && isEmpty();
  }

  /// The one that lives; started, if there is none. Blocks until it is ready.
  synchronized Zygote zygote() throws IOException, InterruptedException {
    if (isEmpty()) {
      var _ = number == 0 || turns.first.await(START_ALONE_MILLIS, TimeUnit.MILLISECONDS);
      boolean alone = turns.starts.tryAcquire(START_ALONE_MILLIS, TimeUnit.MILLISECONDS);
      try {
        start();
      } finally {
        turns.starts.release(alone ? 1 : 0);
      }
    }
    return zygote.get();
  }

  private void start() throws IOException, InterruptedException {
    if (closed.getAsBoolean()) {
      throw new IOException("the nursery is closed");
    }
    Zygote fresh = starter.start(number, place);
    zygote = Optional.of(fresh);
    fresh.awaitReady(ZYGOTE_START);
  }

  synchronized void close() {
    zygote.ifPresent(Zygote::close);
  }

  void awaitEnd(Duration most) throws InterruptedException {
    if (zygote.isPresent()) {
      zygote.get().awaitEnd(most);
    }
  }
}
