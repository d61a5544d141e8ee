package org.openlambda.gateway.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Body;

/// The body of a request between the event loop that receives it and the virtual thread that reads
/// it. Holds at most [#ROOM] unread bytes and what the socket gave on top, 64 KiB: beyond that the
/// conversation stops reading, and the sender waits.
final class ArrivingBody implements Body.Arriving {
  /// Unread bytes at which the conversation stops reading.
  static final int ROOM = 256 * 1024;

  private static final int LARGEST_PIECE = 64 * 1024;
  private static final byte[] END = {};

  private final long limit;
  private final Runnable wanted;

  // All below is guarded by this.
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>(2);
  private long received;
  private int unread;
  private boolean complete;
  private boolean tooLarge;
  private boolean discarding;
  private @Nullable String failure;
  private @Nullable Problem malformed;
  private boolean asked;

  /// When all of it has to be here, on the monotonic clock; 0 if nobody said.
  private long deadlineNanos;

  /// @param limit how many bytes it may have
  /// @param invited whether the sender sends without being told to (no `Expect: 100-continue`)
  /// @param wanted called on the reading thread when there is room again, and before it waits for
  ///   the first time if the sender was not invited; must not block
  ArrivingBody(long limit, boolean invited, Runnable wanted) {
    this.limit = limit;
    this.asked = invited;
    this.wanted = wanted;
  }

  /// Appends a piece, which becomes ours. On the event loop.
  synchronized void add(byte[] piece) {
    received += piece.length;
    if (received > limit) {
      tooLarge = true;
      discard();
      notifyAll();
    }
    if (piece.length > 0 && !discarding) {
      pieces.add(piece);
      unread += piece.length;
      notifyAll();
    }
  }

  /// That was all. On the event loop.
  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /// The rest will not come. On the event loop.
  synchronized void fail(String why) {
    failure = why;
    notifyAll();
  }

  /// The rest cannot be understood. On the event loop.
  synchronized void fail(Problem problem) {
    malformed = problem;
    fail(problem.detail());
  }

  /// Nobody reads any more: what still arrives is dropped.
  synchronized void discard() {
    discarding = true;
    pieces.clear();
    unread = 0;
  }

  synchronized boolean hasRoom() {
    return !tooLarge && unread < ROOM;
  }

  synchronized boolean isComplete() {
    return complete;
  }

  synchronized Optional<Problem> fault() {
    return tooLarge ? Optional.of(Gate.bodyTooLarge(limit)) : Optional.ofNullable(malformed);
  }

  /// This body as the invocation sees it: whole if it is all here, arriving otherwise.
  synchronized Body asBody() {
    if (!complete || tooLarge) {
      return this;
    }
    if (pieces.isEmpty()) {
      return Whole.EMPTY;
    }
    return new Whole(pieces.size() == 1 ? pieces.getFirst() : joined());
  }

  private byte[] joined() {
    byte[] all = new byte[unread];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  /// Reads the rest, all of it.
  ///
  /// @throws SocketTimeoutException if it has not arrived when `most` is over
  byte[] readAll(Duration most) throws IOException {
    synchronized (this) {
      deadlineNanos = System.nanoTime() + most.toNanos();
    }
    var all = new ByteArrayOutputStream();
    for (byte[] piece = read(); piece.length > 0; piece = read()) {
      all.write(piece);
      var _ = left();
    }
    return all.toByteArray();
  }

  @Override
  public byte[] read() throws IOException {
    byte[] piece;
    boolean roomAgain;
    synchronized (this) {
      awaitPiece();
      if (tooLarge) {
        throw new TooLarge(limit);
      }
      if (pieces.isEmpty()) {
        if (complete) {
          return END;
        }
        throw new IOException(
            "cannot read the request's body: "
                + (failure == null ? "the request has been answered already" : failure));
      }
      piece = take();
      roomAgain = unread < ROOM && unread + piece.length >= ROOM;
    }
    if (roomAgain) {
      wanted.run();
    }
    return piece;
  }

  private byte[] take() {
    byte[] piece = pieces.removeFirst();
    if (piece.length > LARGEST_PIECE) {
      byte[] rest = new byte[piece.length - LARGEST_PIECE];
      System.arraycopy(piece, LARGEST_PIECE, rest, 0, rest.length);
      pieces.addFirst(rest);
      piece = Arrays.copyOf(piece, LARGEST_PIECE);
    }
    unread -= piece.length;
    return piece;
  }

  /// Nanoseconds until all of it has to be here.
  private synchronized long left() throws SocketTimeoutException {
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("the request's body did not arrive in time");
    }
    return left;
  }

  private void awaitPiece() throws IOException {
    try {
      while (pieces.isEmpty() && !complete && !tooLarge && failure == null && !discarding) {
        if (!asked) {
          asked = true;
          wanted.run();
        }
        if (deadlineNanos == 0) {
          wait();
        } else {
          TimeUnit.NANOSECONDS.timedWait(this, left());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the request's body was awaited", e);
    }
  }
}
