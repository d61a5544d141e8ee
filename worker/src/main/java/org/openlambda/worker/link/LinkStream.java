package org.openlambda.worker.link;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.thread.InputSignal;
import org.openlambda.core.thread.Readiness;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Fd;

/// The bytes of a link: a non-blocking socket, and how its reader waits. The reader waits where its
/// thread is at home, so that a call whose thread an event loop carries is woken by that loop and
/// by nothing else.
final class LinkStream implements Wire {
  /// How long a writer sleeps while the socket is full, which only a runtime that breaks the rules
  /// of credit can bring about; the deadline of its call ends it.
  private static final long FULL_NANOS = 1_000_000;

  private final Fd socket;

  /// For readers that have no place of their own.
  private final Readiness anywhere;

  private final InputSignal signal = new InputSignal();

  /// Guarded by this, as is every use of `socket`: none of them waits.
  private boolean closed;

  /// Whether there is nothing to read until the signal is raised; the reader's.
  private boolean expecting;

  private @Nullable Readiness home;
  private Readiness.@Nullable Watch watch;

  /// @param socket a stream socket, from now on non-blocking and closed by [#close] only
  LinkStream(Fd socket, Readiness anywhere) {
    this.socket = socket.nonBlocking();
    this.anywhere = anywhere;
  }

  @Override
  public void settle(Optional<Readiness> place) {
    Readiness wanted = place.orElse(anywhere);
    Readiness.Watch old;
    synchronized (this) {
      if (closed || wanted.equals(home)) {
        return;
      }
      old = watch;
      watch = null;
      home = wanted;
    }
    if (old != null) {
      old.end(() -> {});
    }
    Readiness.Watch fresh = wanted.watch(socket.number(), signal);
    synchronized (this) {
      if (!closed) {
        watch = fresh;
        return;
      }
    }
    fresh.end(socket::close);
  }

  @Override
  public void expect() {
    signal.clear();
    expecting = true;
    if (isClosed()) {
      signal.raise();
    }
  }

  @Override
  public void read(ByteBuffer into) throws IOException {
    while (true) {
      if (expecting) {
        expecting = false;
        signal.await();
      }
      signal.clear();
      int got = readNow(into);
      if (got > 0) {
        return;
      }
      if (got < 0) {
        throw new EOFException("the runtime closed the link");
      }
      signal.await();
    }
  }

  private synchronized int readNow(ByteBuffer into) throws IOException {
    if (closed) {
      return -1;
    }
    try {
      return socket.readAvailable(into);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (writeNow(bytes) == 0) {
        LockSupport.parkNanos(this, FULL_NANOS);
      }
    }
  }

  private synchronized int writeNow(ByteBuffer bytes) throws IOException {
    if (closed) {
      throw new IOException("the link is closed");
    }
    try {
      return socket.writeAvailable(bytes);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Readiness.Watch last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = watch;
      boolean settling = home != null && last == null;
      if (last == null && !settling) {
        socket.close();
      }
    }
    if (last != null) {
      last.end(socket::close);
    }
    signal.raise();
  }
}
