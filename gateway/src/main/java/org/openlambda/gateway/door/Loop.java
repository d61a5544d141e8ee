package org.openlambda.gateway.door;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.thread.InputSignal;
import org.openlambda.core.thread.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An event loop as the requests of its connections use it: it carries their virtual threads and
/// wakes them when a sandbox has answered. So a call that finds an idle instance never leaves the
/// thread that read its request: two system calls to the sandbox and back are all that it costs,
/// where each change of threads would cost up to 30 µs more.
final class Loop implements Readiness, Executor {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final int PLACE_FRAMES = 8;
  private static final EpollIoOps INPUT =
      EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);

  private final EventLoop loop;

  /// Whether descriptors can be registered: not with NIO.
  private final boolean epoll;

  /// Parts of virtual threads that nobody has begun, each with a [#next] in the loop's own queue.
  private final Queue<Runnable> parts = new ConcurrentLinkedQueue<>();

  private final Runnable next = this::runNext;

  /// How many parts the loop has begun; written by the loop only.
  private volatile long begun;

  /// The loop's, once it has begun one.
  private volatile @Nullable Thread thread;

  // The watch's: what it has seen last.
  private long begunBefore = -1;
  private boolean waitedBefore;

  Loop(EventLoop loop) {
    this.loop = loop;
    this.epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
  }

  /// Where requests wait, if this loop can watch descriptors.
  Optional<Readiness> readiness() {
    return epoll ? Optional.of(this) : Optional.empty();
  }

  /// Runs a part of a virtual thread. After the loop has ended the common pool does, so that the
  /// last ones come to their end.
  @Override
  public void execute(Runnable part) {
    parts.add(part);
    try {
      loop.execute(next);
    } catch (RejectedExecutionException ended) {
      runElsewhere();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
  private void runNext() {
    Runnable part = parts.poll();
    if (part == null) {
      return; // run elsewhere meanwhile
    }
    begun++;
    if (thread == null) {
      thread = Thread.currentThread();
    }
    part.run();
  }

  /// Has the common pool run what waits here. Any thread.
  ///
  /// @return how many parts of virtual threads
  int runElsewhere() {
    int count = 0;
    for (Runnable part = parts.poll(); part != null; part = parts.poll()) {
      ForkJoinPool.commonPool().execute(part);
      count++;
    }
    return count;
  }

  /// Whether something waits here now and did at the last look, and the loop has begun nothing
  /// since. For the one thread of [LoopWatch].
  boolean isStuck() {
    boolean waits = !parts.isEmpty();
    boolean isStuck = waits && waitedBefore && begun == begunBefore;
    waitedBefore = waits;
    begunBefore = begun;
    return isStuck;
  }

  /// What its thread does at the moment: the innermost frames.
  String place() {
    Thread known = thread;
    return known == null
        ? "its start"
        : Stream.of(known.getStackTrace())
            .limit(PLACE_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
  }

  @Override
  public Watch watch(int descriptor, InputSignal signal) {
    var input = new Input(descriptor, signal);
    ((IoEventLoop) loop).register(input).addListener(input);
    return input;
  }

  /// One descriptor's place in the loop. Everything but [#end] happens on the loop's thread, in the
  /// order in which it was asked for.
  private final class Input
      implements EpollIoHandle, Watch, GenericFutureListener<Future<IoRegistration>> {
    private final FileDescriptor descriptor;
    private final InputSignal signal;
    private @Nullable IoRegistration registration;

    private Input(int descriptor, InputSignal signal) {
      this.descriptor = new FileDescriptor(descriptor); // a name of it: never closed
      this.signal = signal;
    }

    @Override
    public FileDescriptor fd() {
      return descriptor;
    }

    @Override
    public void operationComplete(Future<IoRegistration> registered) {
      if (registered.isSuccess()) {
        registration = registered.getNow();
        registration.submit(INPUT);
      } else {
        log.error("a sandbox cannot be heard; its calls time out", registered.cause());
      }
    }

    @Override
    public void handle(IoRegistration which, IoEvent event) {
      signal.raise();
    }

    @Override
    public void end(Runnable then) {
      try {
        loop.execute(() -> {
          if (registration != null) {
            registration.cancel();
          }
          then.run();
        });
      } catch (RejectedExecutionException ended) {
        then.run(); // with the loop its epoll is gone
      }
    }

    /// The loop ends; whoever closes the descriptor raises the signal.
    @Override
    public void close() {}
  }
}
