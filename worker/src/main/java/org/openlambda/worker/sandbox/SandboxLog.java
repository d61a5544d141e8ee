package org.openlambda.worker.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The read end of a sandbox's log pipe: splits what arrives into lines. The poller's thread reads
/// while a handler runs; [#drain] reads the rest when an answer is complete, so that every line
/// printed before it belongs to it. Safe for any thread.
///
/// A handler that prints faster than this reads is held back by its pipe; nothing is buffered here
/// but the line that has not ended yet, of at most [#LONGEST] bytes.
public final class SandboxLog implements AutoCloseable {
  /// A longer line is cut into pieces of this many bytes.
  static final int LONGEST = 16 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(SandboxLog.class);
  private static final int CHUNK = 1024;

  /// Read at a time by the poller's thread, which has other logs to read too.
  private static final int TURN = 64 * 1024;

  /// The most a pipe can hold that was made larger inside (`pipe-max-size`, pipe(7)): what was
  /// printed before an answer is within it. Whoever still prints is not waited for.
  private static final int LARGEST_PIPE = 1024 * 1024;

  private final Fd pipe;
  private final Poller poller;

  /// Everything below is guarded by `this`.
  private Consumer<String> lines = line -> {};

  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
  private byte[] partial = new byte[256];
  private int length;
  private boolean closed;

  public SandboxLog(Fd pipe, Poller poller) {
    this.pipe = pipe;
    this.poller = poller;
    pipe.nonBlocking();
    poller.watch(pipe, Poller.IN, events -> read(TURN));
  }

  /// Lines from now on go to `consumer`; a line that has begun goes with them.
  public synchronized void attribute(Consumer<String> consumer) {
    lines = consumer;
  }

  /// Reads what is in the pipe, and ends a line that has no line break.
  public synchronized void drain() {
    read(LARGEST_PIPE);
    if (length > 0) {
      endLine();
    }
  }

  /// Reads until the pipe is empty, or that many bytes.
  private synchronized void read(int most) {
    for (int all = 0; !closed && all < most; all += chunk.limit()) {
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
        endLine();
        continue;
      }
      if (length == LONGEST) {
        cut(b);
      }
      if (length == partial.length) {
        partial = Arrays.copyOf(partial, Math.min(LONGEST, 2 * length));
      }
      partial[length++] = b;
    }
  }

  private void endLine() {
    emit(length > 0 && partial[length - 1] == '\r' ? length - 1 : length);
    length = 0;
  }

  /// Passes a piece of a line that is too long on; a character that `next` belongs to stays whole.
  private void cut(byte next) {
    int end = length;
    for (byte b = next; isContinuation(b) && end > length - 4; b = partial[end]) {
      end--;
    }
    emit(end);
    System.arraycopy(partial, end, partial, 0, length - end);
    length -= end;
  }

  /// Whether a byte is within a UTF-8 character and does not begin it.
  private static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /// A sink that fails is our bug: it is told, and costs the function nothing but the line.
  private void emit(int end) {
    try {
      lines.accept(new String(partial, 0, end, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      LOG.error("a line of a sandbox's log is lost, as its sink failed", e);
    }
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
