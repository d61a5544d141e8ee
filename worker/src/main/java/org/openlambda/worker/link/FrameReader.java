package org.openlambda.worker.link;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads frames from a runtime and checks their headers. After [#next] the current frame's type,
/// flags, stream and payload are in the fields; they are valid until the next call. One thread at a
/// time; blocks. Closing it gives its buffer back.
final class FrameReader implements AutoCloseable {
  static final int HEADER = 12;
  static final int LARGEST_PAYLOAD = 65_536;
  static final int END = 1;

  private final Wire wire;

  private final Buffers buffers;

  /// Bytes received and not yet consumed, between position and limit.
  private ByteBuffer buffer;

  private FrameType type = FrameType.READY;
  private boolean end;
  private int stream;
  private int payloadLength;

  FrameReader(Wire wire, Buffers buffers) {
    this.wire = wire;
    this.buffers = buffers;
    this.buffer = buffers.borrow();
  }

  /// No frame of it is looked at any more.
  @Override
  public void close() {
    buffers.giveBack(buffer);
  }

  /// Waits for a whole frame.
  ///
  /// @throws java.io.EOFException if the runtime closed the link
  /// @throws Breach if the header is not allowed
  void next() throws IOException, Breach {
    buffer.position(buffer.position() + payloadLength);
    payloadLength = 0;
    fill(HEADER);
    int at = buffer.position();
    int length = buffer.getInt(at);
    int kind = buffer.get(at + 4);
    int flags = buffer.get(at + 5);
    if (length < 0 || length > LARGEST_PAYLOAD) {
      throw new Breach("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    if ((flags & ~END) != 0 || buffer.getShort(at + 6) != 0) {
      throw new Breach("unknown flags in a frame of type " + kind);
    }
    type =
        FrameType.fromRuntime(kind)
            .orElseThrow(() -> new Breach("a frame of unknown type " + kind));
    end = flags == END;
    stream = buffer.getInt(at + 8);
    fill(HEADER + length);
    buffer.position(buffer.position() + HEADER);
    payloadLength = length;
  }

  FrameType type() {
    return type;
  }

  boolean end() {
    return end;
  }

  int stream() {
    return stream;
  }

  /// The payload, as a view that is valid until the next frame.
  ByteBuffer payload() {
    return buffer.slice(buffer.position(), payloadLength);
  }

  /// Whether bytes of a further frame are here already.
  boolean hasMore() {
    return buffer.remaining() > payloadLength;
  }

  private void fill(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return;
    }
    if (bytes > buffer.capacity()) {
      buffer = buffers.exchange(buffer);
    } else if (buffer.position() > 0) {
      buffer.compact().flip();
    }
    while (buffer.remaining() < bytes) {
      int from = buffer.position();
      buffer.position(buffer.limit()).limit(buffer.capacity());
      try {
        wire.read(buffer);
      } finally {
        buffer.limit(buffer.position()).position(from);
      }
    }
  }
}
