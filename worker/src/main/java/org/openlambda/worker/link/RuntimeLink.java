package org.openlambda.worker.link;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Invocation;

/// The socket to one runtime. The worker writes `M` when the sandbox's ids are mapped, waits for
/// READY, and then makes one [Exchange] after another.
///
/// Writing never waits for the runtime: the credit of both directions (256 KiB) and the frames
/// without credit fit the socket's buffers, which the constructor enlarges for that.
public final class RuntimeLink implements AutoCloseable {
  /// The protocol this worker speaks.
  public static final int PROTOCOL = 1;

  /// Body bytes that may be under way on a stream, in each direction.
  static final int WINDOW = 262_144;

  private final SocketChannel channel;
  private final Buffers buffers;

  /// Held while a frame is written, so that frames do not mix.
  private final ReentrantLock sending = new ReentrantLock();

  /// The stream of the newest exchange. Used by the thread that has the instance.
  private int lastStream;

  /// @throws IOException if the socket's buffer cannot be enlarged; the channel stays the caller's
  public RuntimeLink(SocketChannel channel, Buffers buffers) throws IOException {
    // The kernel doubles it, for its own records, after it lowered it to net.core.wmem_max: that is
    // 212,992 where nobody changed it, and doubled enough for a window.
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 2 * WINDOW);
    this.channel = channel;
    this.buffers = buffers;
  }

  /// Tells the child that its ids are mapped.
  public void admit() throws IOException {
    write(ByteBuffer.wrap(new byte[] {'M'}));
  }

  /// Waits for the runtime's first frame. Blocks.
  ///
  /// @return the runtime's name, `python3.11.2`
  /// @throws java.io.EOFException if the sandbox died instead
  /// @throws Breach if it says something else, or speaks another protocol
  public String awaitReady() throws IOException, Breach {
    ByteBuffer buffer = buffers.borrow();
    try {
      var reader = new FrameReader(channel, buffer);
      reader.next();
      if (reader.type() != FrameType.READY || reader.stream() != 0) {
        throw new Breach("the first frame is " + reader.type() + ", not READY");
      }
      Heads.Ready ready = Heads.ready(reader.payload());
      if (ready.protocol() != PROTOCOL) {
        throw new Breach("protocol " + ready.protocol() + "; this worker speaks " + PROTOCOL);
      }
      if (reader.hasMore()) {
        throw new Breach("frames after READY, before any request");
      }
      return ready.runtime();
    } finally {
      buffers.giveBack(buffer);
    }
  }

  /// Prepares the next request; nothing is sent yet.
  ///
  /// @param load what to specialise the runtime for, if this is its first request
  /// @param hurry called when the caller is gone, on any thread: the runtime should have a second
  ///   to end the stream
  /// @throws IOException if the request's head does not fit a frame; nothing was sent
  public Exchange begin(Optional<Load> load, Invocation invocation, Runnable hurry)
      throws IOException {
    return new Exchange(this, ++lastStream, load, invocation, hurry);
  }

  /// What a runtime is told to load.
  ///
  /// @param bundle where the code is inside the sandbox
  public record Load(Version version, String bundle, Purpose purpose) {}

  SocketChannel channel() {
    return channel;
  }

  Buffers buffers() {
    return buffers;
  }

  void send(FrameType type, int stream, boolean end, ByteBuffer payload) throws IOException {
    var frame = ByteBuffer.allocate(FrameReader.HEADER + payload.remaining());
    header(frame, payload.remaining(), type, stream, end);
    write(frame.put(payload).flip());
  }

  static void header(ByteBuffer into, int length, FrameType type, int stream, boolean end) {
    into.putInt(length)
        .put(type.number)
        .put((byte) (end ? FrameReader.END : 0))
        .putShort((short) 0)
        .putInt(stream);
  }

  void write(ByteBuffer frames) throws IOException {
    sending.lock();
    try {
      while (frames.hasRemaining()) {
        channel.write(frames);
      }
    } finally {
      sending.unlock();
    }
  }

  /// Closes the link; the runtime exits. Whoever waits in an exchange gets [Ending.Closed].
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a socket failed", e);
    }
  }
}
