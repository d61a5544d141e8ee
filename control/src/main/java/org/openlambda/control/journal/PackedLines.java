package org.openlambda.control.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

/// The newest lines of an invocation, packed: as objects, three short ones of each call would be
/// most of what a server keeps from one collection of its heap to the next. Can be used again by
/// another invocation.
///
///     line = u64 order, u64 seconds since 1970, u32 ns, u8 stream, u32 length, text in UTF-8
///
/// Guarded by the invocation it belongs to.
final class PackedLines {
  private static final int HEAD = 25;

  /// Enough for the lines that the platform adds to each call of `ol up`.
  private static final int INITIAL = 384;

  /// A stream's number is a byte, and 0 is none.
  private static final int MOST_STREAMS = 255;

  private byte[] bytes = new byte[INITIAL];
  private int from;
  private int to;
  private int count;
  private long lastOrder = -1;
  private FunctionId function;

  /// The streams so far: mostly the one of the instance that runs it.
  private String[] streams = new String[1];

  private int streamCount;

  /// A line, and its place among all lines of the journal.
  record Line(long order, LogLine line) {}

  PackedLines(FunctionId function) {
    this.function = function;
  }

  /// What it takes of the memory, in bytes.
  int capacity() {
    return bytes.length;
  }

  int count() {
    return count;
  }

  /// Place of the newest line among all lines of the journal; -1 if there is none.
  long lastOrder() {
    return lastOrder;
  }

  /// Empties it, for an invocation of this function.
  void reset(FunctionId next) {
    function = next;
    from = 0;
    to = 0;
    count = 0;
    lastOrder = -1;
    streamCount = 0;
  }

  /// Adds a line, without older ones that no longer fit; it stays itself however long it is.
  ///
  /// @return how many were dropped
  int add(long order, LogLine line, JournalBounds bounds) {
    byte[] text = line.text().getBytes(StandardCharsets.UTF_8);
    Instant at = line.at();
    int before = count;
    lastOrder = Math.max(lastOrder, order); // two threads may come the other way round
    makeRoom(HEAD + text.length, bounds);
    ByteBuffer.wrap(bytes, to, HEAD)
        .putLong(order)
        .putLong(at.getEpochSecond())
        .putInt(at.getNano())
        .put((byte) number(line.stream()))
        .putInt(text.length);
    System.arraycopy(text, 0, bytes, to + HEAD, text.length);
    to += HEAD + text.length;
    return before - count++;
  }

  private void makeRoom(int need, JournalBounds bounds) {
    int most = (int) Math.min(bounds.text().count(), Integer.MAX_VALUE / 2);
    while (count >= bounds.lines()) {
      dropFirst();
    }
    if (to - from + need > most) {
      while (count > 0 && to - from + need > most / 8 * 7) { // not one by one: what is left moves
        dropFirst();
      }
    }
    int wanted = to - from + need;
    if (to + need > bytes.length) {
      boolean fits = wanted <= bytes.length && (from >= bytes.length / 4 || bytes.length == most);
      int size = fits ? bytes.length : Math.max(wanted, Math.min(2 * bytes.length, most));
      byte[] target = size == bytes.length ? bytes : new byte[size];
      System.arraycopy(bytes, from, target, 0, to - from);
      bytes = target;
      to -= from;
      from = 0;
    }
  }

  private void dropFirst() {
    from += HEAD + ByteBuffer.wrap(bytes).getInt(from + HEAD - Integer.BYTES);
    count--;
  }

  private int number(String stream) {
    if (stream.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < streamCount; i++) {
      if (streams[i].equals(stream)) {
        return i + 1;
      }
    }
    if (streamCount == MOST_STREAMS) {
      return 0;
    }
    if (streamCount == streams.length) {
      streams = Arrays.copyOf(streams, 2 * streamCount);
    }
    streams[streamCount] = stream;
    return ++streamCount;
  }

  /// Passes them on, the oldest first.
  void each(RequestId invocation, Consumer<Line> reader) {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    while (in.hasRemaining()) {
      long order = in.getLong();
      Instant at = Instant.ofEpochSecond(in.getLong(), in.getInt());
      int stream = Byte.toUnsignedInt(in.get());
      int length = in.getInt();
      var text = new String(bytes, in.position(), length, StandardCharsets.UTF_8);
      in.position(in.position() + length);
      String name = stream == 0 ? "" : streams[stream - 1];
      reader.accept(new Line(order, new LogLine(invocation, function, at, text, name)));
    }
  }
}
