package org.openlambda.linux.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// One platform thread that waits for any number of descriptors (`epoll(7)`, level-triggered): a
/// handler is called again and again while its events are true; with [#EDGE] once for each arrival.
///
/// Events carry a token of the watch, never a descriptor's number: after [#unwatch(Fd)] its handler
/// is not called any more, even if the number has been given to another file meanwhile. Only a call
/// that had begun before may still be running, unless `unwatch` is called on the poller's own
/// thread.
///
/// *Cost*: 2 µs to watch one; an event wakes the thread as any wake-up does.
///
///     epoll_event, packed: 0 events (u32)  4 data (u64)    12 bytes
public final class Poller implements AutoCloseable {
  /// There is something to read, or the end; for a pidfd: the process has ended.
  public static final int IN = 0x1;

  /// There is space to write.
  public static final int OUT = 0x4;

  /// An error; for a pipe's write end: nobody reads any more. Always watched.
  public static final int ERR = 0x8;

  /// The peer has closed. Always watched.
  public static final int HUP = 0x10;

  /// Tells once for each arrival instead of while there is something to read (edge-triggered).
  public static final int EDGE = 1 << 31;

  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int EVENT_SIZE = 12;
  private static final int BATCH = 256;
  private static final int NONBLOCK = 0x800;
  private static final long WAKE_TOKEN = 0;

  private record Watch(Fd fd, long token, Handler handler) {}

  private final Fd epoll;
  private final Fd wake; // the lock of closing
  private final AtomicLong lastToken = new AtomicLong(WAKE_TOKEN);
  private final Map<Long, Watch> byToken = new ConcurrentHashMap<>();
  private final Map<Fd, Watch> byFd = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /// Starts the thread.
  ///
  /// @param name of the thread
  public Poller(String name) {
    try (Calls calls = Calls.confined()) {
      epoll = Fd.of((int) calls.call(Syscall.EPOLL_CREATE1, "", Calls.CLOEXEC));
      wake = Fd.of((int) calls.call(Syscall.EVENTFD2, "", 0, Calls.CLOEXEC | NONBLOCK));
      add(calls, wake, IN, WAKE_TOKEN);
    }
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// From now on tells the handler when one of the events is true. Any thread.
  ///
  /// @param fd has to be unwatched before it is closed
  /// @throws IllegalStateException if it is watched already
  /// @throws LinuxException with `ENOSPC` at the limit of `fs.epoll.max_user_watches`
  public void watch(Fd fd, int events, Handler handler) {
    var watch = new Watch(fd, lastToken.incrementAndGet(), handler);
    if (byFd.putIfAbsent(fd, watch) != null) {
      throw new IllegalStateException(fd + " is watched already");
    }
    byToken.put(watch.token(), watch);
    try (Calls calls = Calls.confined()) {
      add(calls, fd, events, watch.token());
    } catch (RuntimeException refused) {
      forget(watch);
      throw refused;
    }
  }

  /// Ends the watch, if there is one. Any thread.
  public void unwatch(Fd fd) {
    @Nullable Watch watch = byFd.get(fd);
    if (watch != null) {
      end(watch);
    }
  }

  /// Ends all watches and the thread; waits for a handler that is running, unless it is the caller.
  /// The descriptors watched stay open.
  @Override
  public void close() {
    synchronized (wake) {
      closed = true;
      if (wake.isOpen()) {
        try (Calls calls = Calls.confined()) {
          MemorySegment one = calls.bytes(8);
          one.set(JAVA_LONG_UNALIGNED, 0, 1);
          calls.attempt(Syscall.WRITE, wake.number(), one.address(), 8);
        }
      }
    }
    if (Thread.currentThread() != thread) {
      joinUninterrupted();
    }
  }

  private void joinUninterrupted() {
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

  private void run() {
    try (Calls calls = Calls.confined()) {
      MemorySegment events = calls.bytes((long) EVENT_SIZE * BATCH);
      while (!closed) {
        long count =
            calls.attemptUninterrupted(
                Syscall.EPOLL_WAIT, epoll.number(), events.address(), BATCH, -1);
        if (count < 0) {
          throw new LinuxException("epoll_wait " + epoll, (int) -count);
        }
        for (long at = 0; at < count * EVENT_SIZE && !closed; at += EVENT_SIZE) {
          tell(events.get(JAVA_LONG_UNALIGNED, at + 4), events.get(JAVA_INT_UNALIGNED, at));
        }
      }
    } finally {
      synchronized (wake) {
        wake.close();
        epoll.close();
      }
    }
  }

  private void tell(long token, int events) {
    @Nullable Watch watch = byToken.get(token);
    if (watch == null) {
      return;
    }
    try {
      watch.handler().ready(events);
    } catch (RuntimeException | Error failure) {
      end(watch);
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }

  private void end(Watch watch) {
    if (forget(watch) && watch.fd().isOpen() && epoll.isOpen()) {
      try (Calls calls = Calls.confined()) {
        calls.attempt(Syscall.EPOLL_CTL, epoll.number(), CTL_DEL, watch.fd().number(), 0);
      }
    }
  }

  private boolean forget(Watch watch) {
    byToken.remove(watch.token());
    return byFd.remove(watch.fd(), watch);
  }

  private void add(Calls calls, Fd fd, int events, long token) {
    MemorySegment event = calls.bytes(EVENT_SIZE);
    event.set(JAVA_INT_UNALIGNED, 0, events);
    event.set(JAVA_LONG_UNALIGNED, 4, token);
    calls.call(
        Syscall.EPOLL_CTL, "add " + fd, epoll.number(), CTL_ADD, fd.number(), event.address());
  }
}
