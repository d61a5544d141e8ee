package org.openlambda.worker.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.openlambda.core.invocation.Body;

/// Sends what of a request's body did not fit the REQUEST frame, as fast as the runtime gives
/// credit. A body in memory is sent by the thread that waits for the answer; one that still arrives
/// has a virtual thread of its own, which ends with the exchange.
final class BodySender {
  private final RuntimeLink link;
  private final int stream;
  private final Body body;
  private final Runnable cancel;

  /// How much of a whole body has been sent; used by one thread at a time.
  private int sent;

  private boolean ended;
  private int credit = RuntimeLink.WINDOW;

  /// Credit of an arriving body, in bytes.
  private final Semaphore window = new Semaphore(RuntimeLink.WINDOW);

  /// Set when the exchange has ended: whatever else arrives is not for this runtime.
  private volatile boolean stopped;

  private volatile boolean pumping;

  /// @param cancel called when the caller went away or sent too much
  BodySender(RuntimeLink link, int stream, Body body, Runnable cancel) {
    this.link = link;
    this.stream = stream;
    this.body = body;
    this.cancel = cancel;
  }

  /// @param bytes of a whole body that are in the REQUEST frame
  /// @param end whether that is all
  void alreadySent(int bytes, boolean end) {
    sent = bytes;
    credit -= bytes;
    ended = end;
  }

  /// Sends what of a whole body may go at once, after the REQUEST frame. Starts no thread: it may
  /// be the mounter's that calls.
  void start() throws IOException {
    if (body instanceof Body.Whole(var bytes)) {
      sendMore(bytes);
    }
  }

  /// Lets a body that still arrives be passed on, by a thread of its own.
  ///
  /// @param begun returns when the REQUEST frame was sent
  void pump(Runnable begun) {
    if (body instanceof Body.Arriving arriving) {
      pumping = true;
      Thread.startVirtualThread(() -> {
        begun.run();
        pump(arriving);
      });
    }
  }

  /// The runtime gave credit.
  void credit(int bytes) throws Breach, IOException {
    if (bytes <= 0 || bytes > 16 * RuntimeLink.WINDOW) {
      throw new Breach("a CREDIT of " + Integer.toUnsignedString(bytes) + " bytes");
    }
    switch (body) {
      case Body.Whole(var whole) -> {
        credit = Math.min(credit + bytes, whole.length);
        sendMore(whole);
      }
      case Body.Arriving arriving -> {
        if (window.availablePermits() + bytes > 32 * RuntimeLink.WINDOW) {
          throw new Breach("more CREDIT than was used");
        }
        window.release(bytes);
      }
    }
  }

  /// The exchange is over; stops the pump without waiting for it.
  void stop() {
    stopped = true;
    if (pumping) {
      window.release(FrameReader.LARGEST_PAYLOAD);
    }
  }

  private void sendMore(byte[] bytes) throws IOException {
    while (!ended && (credit > 0 || sent == bytes.length)) {
      int now = Math.min(Math.min(bytes.length - sent, credit), FrameReader.LARGEST_PAYLOAD);
      ended = sent + now == bytes.length;
      link.send(FrameType.REQUEST_BODY, stream, ended, ByteBuffer.wrap(bytes, sent, now));
      sent += now;
      credit -= now;
    }
  }

  private void pump(Body.Arriving arriving) {
    boolean more = true;
    while (more && !stopped) {
      byte[] piece;
      try {
        piece = arriving.read();
      } catch (IOException | RuntimeException e) {
        if (!stopped) {
          cancel.run();
        }
        return;
      }
      more = pass(piece);
    }
  }

  /// A sandbox that takes nothing more has died: whoever receives hears that after what it had
  /// said.
  ///
  /// @return whether more may follow
  private boolean pass(byte[] piece) {
    window.acquireUninterruptibly(piece.length);
    if (stopped) {
      return false;
    }
    try {
      link.send(FrameType.REQUEST_BODY, stream, piece.length == 0, ByteBuffer.wrap(piece));
      return piece.length > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
