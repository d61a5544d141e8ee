package org.openlambda.control.logs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Journal.Entry;

/// The bytes of a segment: eight that say what it is, then frames, all numbers big-endian.
///
///     segment = "OLLOGS1\n" frame*
///     frame   = u32 n, u32 CRC-32C of the n bytes (RFC 3720, B.4), n bytes: one of
///       0x01, u8 stream, name                             from here on this number is this stream
///       0x02, u8 stream, u64 time, u128 call, text        a line; stream 0 is none
///       0x03, u128 call, bytes of [EntryCodec]            how a call ended
///
/// Times are nanoseconds since 1970. Texts are UTF-8 without their length, which is what is left of
/// the frame.
final class Frames {
  static final byte[] MAGIC = "OLLOGS1\n".getBytes(StandardCharsets.US_ASCII);

  /// Bytes before a frame's content.
  static final int HEAD = 8;

  /// The most that a frame has, with its head: the longest line in the longest characters.
  static final int MOST = 64 * 1024;

  private static final byte STREAM = 1;
  private static final byte LINE = 2;
  private static final byte END = 3;
  private static final int STREAM_FIELDS = 2;
  private static final int LINE_FIELDS = 26;
  private static final int END_FIELDS = 17;

  private Frames() {}

  sealed interface Frame {
    record Stream(int number, String name) implements Frame {}

    record Line(int stream, long atNanos, UUID call, String text) implements Frame {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record End(UUID call, byte[] entry) implements Frame {}
  }

  static void stream(ByteBuffer out, int number, byte[] name) {
    int begin = open(out, STREAM);
    out.put((byte) number).put(name);
    close(out, begin);
  }

  static void line(ByteBuffer out, int stream, long atNanos, UUID call, byte[] text) {
    int begin = open(out, LINE);
    out.put((byte) stream).putLong(atNanos);
    call(out, call).put(text);
    close(out, begin);
  }

  static void end(ByteBuffer out, UUID call, Entry entry) {
    int begin = open(out, END);
    EntryCodec.put(call(out, call), entry);
    close(out, begin);
  }

  private static ByteBuffer call(ByteBuffer out, UUID call) {
    return out.putLong(call.getMostSignificantBits()).putLong(call.getLeastSignificantBits());
  }

  private static int open(ByteBuffer out, byte kind) {
    int begin = out.position();
    out.position(begin + HEAD);
    out.put(kind);
    return begin;
  }

  private static void close(ByteBuffer out, int begin) {
    int length = out.position() - begin - HEAD;
    out.putInt(begin, length).putInt(begin + 4, sum(out.slice(begin + HEAD, length)));
  }

  private static int sum(ByteBuffer content) {
    var sum = new CRC32C();
    sum.update(content);
    return (int) sum.getValue();
  }

  /// How long the frame at the position of `in` is, with its head; 0 if the head is not all there;
  /// -1 if no frame has such a head.
  static int length(ByteBuffer in) {
    if (in.remaining() < HEAD) {
      return 0;
    }
    int length = in.getInt(in.position());
    return length < 1 || length > MOST - HEAD ? -1 : HEAD + length;
  }

  /// Takes the frame at the position of `in`, which has all of it.
  ///
  /// @return null if it is none: its sum is wrong, or there is no such kind
  static @Nullable Frame take(ByteBuffer in) {
    int length = in.getInt();
    int sum = in.getInt();
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    if (sum(content.duplicate()) != sum) {
      return null;
    }
    return switch (content.get()) {
      case STREAM ->
          length < STREAM_FIELDS ? null : new Frame.Stream(content.get() & 0xFF, text(content));
      case LINE ->
          length < LINE_FIELDS
              ? null
              : new Frame.Line(
                  content.get() & 0xFF, content.getLong(), call(content), text(content));
      case END -> length < END_FIELDS ? null : new Frame.End(call(content), bytes(content));
      default -> null;
    };
  }

  private static UUID call(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }
}
