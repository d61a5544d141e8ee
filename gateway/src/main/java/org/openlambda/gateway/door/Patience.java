package org.openlambda.gateway.door;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.time.Time;

/// How long a caller may take: for a head, between requests, within a body, to accept an answer.
/// Looks at the clock four times within the shorter limit, so that a request costs no timer.
///
/// Belongs to the event loop of its conversation.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class Patience {
  private final long headNanos;
  private final long idleNanos;
  private final long periodNanos;
  private final Time time;
  private final ChannelHandlerContext context;
  private final Conversation conversation;
  private @Nullable ScheduledFuture<?> next;

  private boolean decoded;

  /// When a head began that is not complete, or 0.
  private long headSince;

  private long lastRead;
  private long lastWritten;
  private int unwritten;

  Patience(DoorLimits limits, Time time, ChannelHandlerContext context, Conversation conversation) {
    this.headNanos = limits.headTimeout().toNanos();
    this.idleNanos = limits.idleTimeout().toNanos();
    this.periodNanos = Math.max(1, Math.min(headNanos, idleNanos) / 4);
    this.time = time;
    this.context = context;
    this.conversation = conversation;
  }

  /// Watches from now on.
  void begin() {
    lastRead = time.nanos();
    lastWritten = lastRead;
    if (next == null) {
      next =
          context
              .executor()
              .scheduleWithFixedDelay(this::look, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    }
  }

  void end() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }

  /// A message, or a part of one, was read.
  void decoded() {
    decoded = true;
    headSince = 0;
  }

  /// The socket has nothing more for now.
  void readComplete() {
    lastRead = time.nanos();
    if (!decoded && headSince == 0 && conversation.awaitsRequest()) {
      headSince = lastRead;
    }
    decoded = false;
  }

  /// Something was given to the socket.
  void written(ChannelFuture written) {
    if (written.isDone()) {
      lastWritten = lastRead;
      return;
    }
    if (next == null) {
      begin();
    }
    if (unwritten++ == 0) {
      lastWritten = time.nanos();
    }
    written.addListener(_ -> {
      unwritten--;
      lastWritten = time.nanos();
    });
  }

  /// Closes the channel when `wait` is over.
  void closeAfter(Duration wait) {
    end();
    next = context.executor().schedule(() -> close(), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void close() {
    context.close();
  }

  private void look() {
    long now = time.nanos();
    if (unwritten > 0) {
      if (now - lastWritten > idleNanos) {
        close();
      }
    } else if (headSince != 0 && now - headSince > headNanos) {
      headSince = 0;
      conversation.refuse(slow());
    } else if (now - Math.max(lastRead, lastWritten) > idleNanos
        && (conversation.awaitsRequest() || conversation.awaitsBody())) {
      close();
    }
  }

  private static Problem slow() {
    return Problem.of(
        408,
        "door",
        "head-too-slow",
        "The request took too long to arrive",
        "The head of the request was not complete in time.",
        "Send it at once; the connection is closed.");
  }
}
