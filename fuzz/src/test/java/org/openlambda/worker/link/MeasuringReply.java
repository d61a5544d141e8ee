package org.openlambda.worker.link;

import java.io.IOException;
import java.util.List;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;

/// A caller that counts what it gets, and goes away when it has had so much.
final class MeasuringReply implements Reply {
  private final long patienceBytes;
  private boolean started;
  private long bytes;

  MeasuringReply(long patienceBytes) {
    this.patienceBytes = patienceBytes;
  }

  @Override
  public void start(int status, List<Header> headers) {
    if (started) {
      throw new IllegalStateException("an answer began twice");
    }
    started = true;
  }

  @Override
  public void write(byte[] piece) throws IOException {
    if (!started || piece.length == 0) {
      throw new IllegalStateException("a piece before the beginning, or of nothing");
    }
    if (bytes + piece.length > patienceBytes) {
      throw new IOException("the caller is gone");
    }
    bytes += piece.length;
  }

  @Override
  public void whenGone(Runnable action) {}

  boolean started() {
    return started;
  }

  long bytes() {
    return bytes;
  }
}
