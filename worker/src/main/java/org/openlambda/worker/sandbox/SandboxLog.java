package org.openlambda.worker.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;

/// The read end of a sandbox's log pipe: splits what arrives into lines. The poller's thread reads
/// while a handler runs; [#drain] reads the rest when an answer is complete, so that every line
/// printed before it belongs to it. Safe for any thread.
///
/// A handler that prints faster than this reads is held back by its pipe; nothing is buffered here
/// but the line that has not ended yet, of at most [#LONGEST] bytes.
public final class SandboxLog implements AutoCloseable {
  /// A longer line is cut into pieces of this many bytes.
  static final int LONGEST = 16 * 1024;

  private final Fd pipe;
  private final Poller poller;

  /// Everything below is guarded by `this`.
  private Consumer<String> lines = line -> {};

  private final ByteBuffer chunk = ByteBuffer.allocate(1024);
  private byte[] partial = new byte[256];
  private int length;
  private boolean closed;

  public SandboxLog(Fd pipe, Poller poller) {
    this.pipe = pipe;
    this.poller = poller;
    pipe.nonBlocking();
    poller.watch(pipe, Poller.IN, events -> read());
  }

  /// Lines from now on go to `consumer`; a line that has begun goes with them.
  public synchronized void attribute(Consumer<String> consumer) {
    lines = consumer;
  }

  /// Reads until the pipe is empty, and ends a line that has no line break.
  public synchronized void drain() {
    read();
    if (length > 0) {
      emit();
    }
  }

  private synchronized void read() {
    while (!closed) {
      chunk.clear();
      int got = pipe.readAvailable(chunk);
      if (got < 0) {
        poller.unwatch(pipe);
      }
      if (got <= 0) {
        return;
      }
      split(chunk.flip());
    }
  }

  private void split(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == '\n') {
        emit();
        continue;
      }
      if (length == LONGEST) {
        emit();
      }
      if (length == partial.length) {
        partial = java.util.Arrays.copyOf(partial, Math.min(LONGEST, 2 * length));
      }
      partial[length++] = b;
    }
  }

  private void emit() {
    int end = length > 0 && partial[length - 1] == '\r' ? length - 1 : length;
    String line = new String(partial, 0, end, StandardCharsets.UTF_8);
    length = 0;
    lines.accept(line);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      poller.unwatch(pipe);
      pipe.close();
    }
  }
}
