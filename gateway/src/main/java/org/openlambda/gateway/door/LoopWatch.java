package org.openlambda.gateway.door;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that no event loop keeps its virtual threads waiting for ever.
///
/// A loop that waits for a lock behind a virtual thread that it carries itself would: whoever lets
/// go of the lock wakes that thread, which only the loop runs, and the loop waits. It takes three
/// who want the same lock within microseconds, and may be any lock, of a library too. So a thread
/// looks at the loops four times a second; what one of them has not begun from one look to the next
/// is run by the common pool.
final class LoopWatch implements AutoCloseable {
  /// Between two looks: a loop that does nothing for so long is stuck, or the machine is.
  static final Duration LOOK = Duration.ofMillis(250);

  private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);

  private final List<Loop> loops;
  private final Thread thread;

  private LoopWatch(List<Loop> loops) {
    this.loops = loops;
    this.thread = Thread.ofPlatform().name("loop-watch").daemon().unstarted(this::watch);
  }

  /// Starts it.
  static LoopWatch over(Collection<Loop> loops) {
    var watch = new LoopWatch(List.copyOf(loops));
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK);
        for (Loop loop : loops) {
          if (loop.isStuck()) {
            relieve(loop);
          }
        }
      }
    } catch (InterruptedException closed) {
      log.debug("no event loop is watched any more");
    }
  }

  /// Nothing is logged before: that may be what it waits for.
  private static void relieve(Loop loop) {
    String place = loop.place();
    int moved = loop.runElsewhere();
    log.warn(
        "an event loop began nothing for {} ms: {} of its threads go on elsewhere; it was at {}",
        LOOK.toMillis(),
        moved,
        place);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
