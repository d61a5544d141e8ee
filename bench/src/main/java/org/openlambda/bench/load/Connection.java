package org.openlambda.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One keep-alive connection: sends a request, reads the answer, checks it, with as little work of
/// its own as can be. Blocking or not, as the channel is set. One thread at a time.
final class Connection implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  /// Larger answers are compared with what is expected only in one of so many.
  private static final int COMPARED_ALWAYS = 16 * 1024;

  private static final int SAMPLE = 16;

  /// A server closes connections that are silent; after so long a new one is made.
  private static final long SILENCE_NANOS = 5_000_000_000L;

  private final SocketAddress address;
  private SocketChannel channel;
  private long usedNanos = System.nanoTime();
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
  private ByteBuffer out = ByteBuffer.allocate(0);

  /// Of the request under way; empty when there is none.
  private Request request = new Request(out, 0, out);

  private long fromNanos;
  private long sent;

  /// Of the answer: bytes of the body seen so far, or -1 before the end of its head.
  private long bodySeen;

  private long bodyLength;
  private int status;
  private boolean matches;

  private Connection(SocketAddress address, SocketChannel channel) {
    this.address = address;
    this.channel = channel;
  }

  static Connection open(SocketAddress address, boolean blocking) throws IOException {
    return new Connection(address, connect(address, blocking));
  }

  private static SocketChannel connect(SocketAddress address, boolean blocking) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    channel.configureBlocking(blocking);
    return channel;
  }

  /// Connects anew, after the connection broke.
  void reopen() throws IOException {
    boolean blocking = channel.isBlocking();
    channel.close();
    channel = connect(address, blocking);
  }

  /// Connects anew if it was silent so long that the server may have closed it: between rounds.
  void refresh() throws IOException {
    if (System.nanoTime() - usedNanos > SILENCE_NANOS) {
      reopen();
    }
    usedNanos = System.nanoTime();
  }

  SocketChannel channel() {
    return channel;
  }

  /// When the request under way was due.
  long fromNanos() {
    return fromNanos;
  }

  /// Begins a request.
  ///
  /// @param dueNanos from when its latency counts
  /// @return whether all of it is sent; otherwise call [#flush] when the socket takes more
  boolean begin(Request next, long dueNanos) throws IOException {
    request = next;
    fromNanos = dueNanos;
    usedNanos = dueNanos;
    out = next.bytes().duplicate();
    in.clear();
    bodySeen = -1;
    matches = true;
    sent++;
    return flush();
  }

  /// Sends more of it.
  ///
  /// @return whether all is sent
  boolean flush() throws IOException {
    channel.write(out);
    return !out.hasRemaining();
  }

  /// Reads what is there.
  ///
  /// @return whether the answer is complete
  /// @throws IOException if the connection ended or said what is no answer
  boolean fill() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("the connection was closed");
    }
    if (bodySeen < 0) {
      int head = Answers.headEnd(in);
      if (head < 0) {
        return false;
      }
      status = Answers.status(in);
      bodyLength = Answers.contentLength(in, head);
      bodySeen = 0;
      take(head);
    } else {
      take(0);
    }
    return bodySeen >= bodyLength;
  }

  /// Takes the bytes of the body that are in the buffer from `at` on.
  private void take(int at) {
    int count = in.position() - at;
    boolean compared = bodyLength <= COMPARED_ALWAYS || sent % SAMPLE == 1;
    if (compared && matches && bodyLength == request.body().remaining()) {
      ByteBuffer got = in.duplicate().flip().position(at);
      ByteBuffer expected = request.body().slice((int) bodySeen, count);
      matches = got.mismatch(expected) < 0;
    }
    bodySeen += count;
    in.clear();
  }

  int status() {
    return status;
  }

  /// Whether the complete answer is what the request has to be answered with.
  boolean asExpected() {
    return status == request.status() && bodySeen == request.body().remaining() && matches;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
