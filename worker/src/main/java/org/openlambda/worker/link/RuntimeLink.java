package org.openlambda.worker.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.thread.Readiness;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.SocketPair;

/// The socket to one runtime. The worker writes `M` when the sandbox's ids are mapped, waits for
/// READY, and then makes one [Exchange] after another.
///
/// Writing never waits for the runtime: the credit of both directions (256 KiB) and the frames
/// without credit fit the socket's buffers, which are enlarged for that.
public final class RuntimeLink implements AutoCloseable {
  /// The protocol this worker speaks.
  public static final int PROTOCOL = 1;

  /// Body bytes that may be under way on a stream, in each direction.
  static final int WINDOW = 262_144;

  private final Wire wire;
  private final Buffers buffers;

  /// Held while a frame is written, so that frames do not mix.
  private final ReentrantLock sending = new ReentrantLock();

  /// The stream of the newest exchange. Used by the thread that has the instance.
  private int lastStream;

  RuntimeLink(Wire wire, Buffers buffers) {
    this.wire = wire;
    this.buffers = buffers;
  }

  /// A new link.
  ///
  /// @param theirs the runtime's end, to be passed on and closed by the caller
  public record Opened(RuntimeLink link, Fd theirs) {}

  /// Makes one.
  ///
  /// @param anywhere where a thread waits that no event loop carries
  /// @throws LinuxException with `EMFILE` if the process has no descriptor left
  public static Opened open(Readiness anywhere, Buffers buffers) {
    SocketPair pair = SocketPair.stream(2 * WINDOW);
    return new Opened(
        new RuntimeLink(new LinkStream(pair.ours(), anywhere), buffers), pair.theirs());
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
    wire.settle(Optional.empty());
    try (var reader = new FrameReader(wire, buffers)) {
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
    wire.settle(invocation.readiness());
    wire.expect();
    return new Exchange(this, ++lastStream, load, invocation, hurry);
  }

  /// What a runtime is told to load.
  ///
  /// @param bundle where the code is inside the sandbox
  /// @param stream that its lines go to
  public record Load(Version version, String bundle, Purpose purpose, String stream) {}

  Wire wire() {
    return wire;
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
      wire.write(frames);
    } finally {
      sending.unlock();
    }
  }

  /// Closes the link; the runtime exits. Whoever waits in an exchange gets [Ending.Closed].
  @Override
  public void close() {
    wire.close();
  }
}
