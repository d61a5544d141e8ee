package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.logs.Frames.Frame;

/// Reads the frames of a segment, as far as it had grown when this was opened, one after another.
/// What follows a frame that is torn is not read. For one thread.
final class SegmentReader implements AutoCloseable {
  private static final int PIECE = 4 * Frames.MOST;

  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer = ByteBuffer.allocate(PIECE).limit(0);

  /// What is known by the numbers of streams so far.
  private final String[] streams = new String[256];

  /// Where in the file the buffer ends.
  private long read;

  private long offset;

  private SegmentReader(FileChannel channel, long end, long from) {
    this.channel = channel;
    this.end = end;
    this.read = from;
    this.offset = from;
    Arrays.fill(streams, "");
  }

  /// Begins with the first frame.
  ///
  /// @throws IOException with `NoSuchFileException` if the segment has made room for newer ones
  static SegmentReader open(Segment segment) throws IOException {
    return at(segment, Frames.MAGIC.length);
  }

  /// Begins with the frame at an offset: streams that were named before it are not known.
  static SegmentReader at(Segment segment, long from) throws IOException {
    long end = segment.length();
    return new SegmentReader(FileChannel.open(segment.file(), StandardOpenOption.READ), end, from);
  }

  /// Where the frame begins that was read last.
  ///
  /// @return within the file
  long offset() {
    return offset;
  }

  /// Where the next frame begins.
  long position() {
    return read - buffer.remaining();
  }

  /// The name of a stream by the number that a line has.
  String stream(int number) {
    return streams[number];
  }

  /// The next line or end of a call; null if there is none.
  @Nullable Frame next() throws IOException {
    while (true) {
      OptionalInt length = length();
      if (length.isEmpty()) {
        return null;
      }
      offset = position();
      Frame frame = Frames.take(buffer);
      if (frame == null) {
        buffer.position(buffer.position() - length.getAsInt());
        return null;
      }
      if (!(frame instanceof Frame.Stream(int number, String name))) {
        return frame;
      }
      streams[number] = name;
    }
  }

  /// The length of the next frame, all of which is in the buffer then.
  private OptionalInt length() throws IOException {
    int length = Frames.length(buffer);
    if (length == 0 || buffer.remaining() < length) {
      fill();
      length = Frames.length(buffer);
    }
    return length <= 0 || buffer.remaining() < length
        ? OptionalInt.empty()
        : OptionalInt.of(length);
  }

  private void fill() throws IOException {
    buffer.compact();
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + Math.max(0, end - read)));
    while (buffer.hasRemaining()) {
      int got = channel.read(buffer, read);
      if (got < 0) {
        break; // a torn end was cut off meanwhile
      }
      read += got;
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
