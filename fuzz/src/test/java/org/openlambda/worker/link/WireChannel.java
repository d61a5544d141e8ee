package org.openlambda.worker.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/// A socket whose peer has said all that it says, and takes everything. A real one would need a
/// hundred times as long, for system calls that are not what is looked at.
final class WireChannel extends SocketChannel {
  private final ByteBuffer arriving;
  private final int most;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /// @param most bytes that one read gives; 0 means all
  WireChannel(byte[] bytes, int from, int most) {
    super(SelectorProvider.provider());
    this.arriving = ByteBuffer.wrap(bytes, from, bytes.length - from);
    this.most = most == 0 ? Integer.MAX_VALUE : most;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (!arriving.hasRemaining()) {
      return -1;
    }
    int count = Math.min(most, Math.min(into.remaining(), arriving.remaining()));
    into.put(arriving.slice(arriving.position(), count));
    arriving.position(arriving.position() + count);
    return count;
  }

  @Override
  public synchronized int write(ByteBuffer from) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    written.writeBytes(bytes);
    return bytes.length;
  }

  synchronized ByteBuffer written() {
    return ByteBuffer.wrap(written.toByteArray());
  }

  @Override
  public <T> SocketChannel setOption(SocketOption<T> name, T value) {
    return this;
  }

  @Override
  protected void implCloseSelectableChannel() {}

  @Override
  protected void implConfigureBlocking(boolean block) {}

  // What nobody asks of it.

  private static UnsupportedOperationException unasked() {
    return new UnsupportedOperationException("a link does not do this");
  }

  @Override
  public SocketChannel bind(SocketAddress local) {
    throw unasked();
  }

  @Override
  public <T> T getOption(SocketOption<T> name) {
    throw unasked();
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    throw unasked();
  }

  @Override
  public SocketChannel shutdownInput() {
    throw unasked();
  }

  @Override
  public SocketChannel shutdownOutput() {
    throw unasked();
  }

  @Override
  public Socket socket() {
    throw unasked();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isConnectionPending() {
    return false;
  }

  @Override
  public boolean connect(SocketAddress remote) {
    throw unasked();
  }

  @Override
  public boolean finishConnect() {
    throw unasked();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    throw unasked();
  }

  @Override
  public SocketAddress getLocalAddress() {
    throw unasked();
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw unasked();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw unasked();
  }
}
