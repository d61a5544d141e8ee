package org.openlambda.gateway.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.openlambda.core.invocation.Body;

/// A request's body as a stream: holds one piece at a time. For one thread; blocks while nothing
/// has arrived.
final class BodyStream extends InputStream {
  private final Body body;
  private byte[] piece = {};
  private int at;
  private boolean ended;
  private boolean broken;

  BodyStream(Body body) {
    this.body = body;
  }

  @Override
  public int read() throws IOException {
    return advance() ? piece[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int count = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return piece.length - at;
  }

  /// Whether the caller broke off, or sent too much.
  boolean isBroken() {
    return broken;
  }

  /// Whether there is a byte to give.
  private boolean advance() throws IOException {
    if (at < piece.length) {
      return true;
    }
    if (ended) {
      return false;
    }
    switch (body) {
      case Body.Whole(byte[] bytes) -> {
        piece = bytes;
        ended = true;
      }
      case Body.Arriving arriving -> {
        broken = true;
        piece = arriving.read();
        broken = false;
        ended = piece.length == 0;
      }
    }
    at = 0;
    return piece.length > 0;
  }
}
