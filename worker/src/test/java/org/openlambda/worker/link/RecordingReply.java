package org.openlambda.worker.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;

/// A caller that keeps what it gets, or goes away when it has had so many bytes.
final class RecordingReply implements Reply {
  private final int patience;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private volatile Runnable whenGone = () -> {};
  private volatile int status;
  final CountDownLatch started = new CountDownLatch(1);

  RecordingReply() {
    this(Integer.MAX_VALUE);
  }

  /// @param patience bytes after which it is gone
  RecordingReply(int patience) {
    this.patience = patience;
  }

  @Override
  public void start(int status, List<Header> headers) {
    this.status = status;
  }

  @Override
  public synchronized void write(byte[] piece) throws IOException {
    if (body.size() + piece.length > patience) {
      throw new IOException("the caller is gone");
    }
    body.writeBytes(piece);
  }

  @Override
  public void whenGone(Runnable action) {
    whenGone = action;
    started.countDown();
  }

  /// As the door does it when the connection breaks.
  void goAway() {
    whenGone.run();
  }

  int status() {
    return status;
  }

  synchronized byte[] body() {
    return body.toByteArray();
  }
}
