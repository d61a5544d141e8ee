package org.openlambda.worker.link;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.openlambda.core.thread.Readiness;

/// A link whose peer has said all that it says, and takes everything. A real one would need a
/// hundred times as long, for system calls that are not what is looked at.
final class MadeUpWire implements Wire {
  private final ByteBuffer arriving;
  private final int most;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private boolean closed;

  /// @param most bytes that one read gives; 0 means all
  MadeUpWire(byte[] bytes, int from, int most) {
    this.arriving = ByteBuffer.wrap(bytes, from, bytes.length - from);
    this.most = most == 0 ? Integer.MAX_VALUE : most;
  }

  @Override
  public void settle(Optional<Readiness> place) {}

  @Override
  public void expect() {}

  @Override
  public synchronized void read(ByteBuffer into) throws IOException {
    if (closed || !arriving.hasRemaining()) {
      throw new EOFException("all is said");
    }
    int count = Math.min(most, Math.min(into.remaining(), arriving.remaining()));
    into.put(arriving.slice(arriving.position(), count));
    arriving.position(arriving.position() + count);
  }

  @Override
  public synchronized void write(ByteBuffer bytes) throws IOException {
    if (closed) {
      throw new IOException("the link is closed");
    }
    var piece = new byte[bytes.remaining()];
    bytes.get(piece);
    written.writeBytes(piece);
  }

  /// What the worker wrote so far.
  synchronized ByteBuffer written() {
    return ByteBuffer.wrap(written.toByteArray());
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
