package org.openlambda.gateway.aws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// Messages of an event stream (AWS, "application/vnd.amazon.eventstream"), numbers big-endian:
///
///     4   length of the whole message
///     4   length of the headers
///     4   CRC-32 of these eight bytes
///     …   headers: 1 length of the name, the name, 1 the type 7 (text), 2 length, the text
///     …   payload
///     4   CRC-32 of all before
///
/// Stateless.
final class EventStream {
  static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  private static final int PRELUDE = 12;
  private static final byte TEXT = 7;

  private EventStream() {}

  /// A piece of an answer.
  static byte[] chunk(byte[] payload) {
    return message("PayloadChunk", "application/octet-stream", payload);
  }

  /// The end of an answer.
  ///
  /// @param json `{}`, or what went wrong
  static byte[] complete(byte[] json) {
    return message("InvokeComplete", "application/json", json);
  }

  private static byte[] message(String event, String contentType, byte[] payload) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(":message-type", "event");
    headers.put(":event-type", event);
    headers.put(":content-type", contentType);
    byte[] head = encoded(headers);
    var message = ByteBuffer.allocate(PRELUDE + head.length + payload.length + 4);
    message.putInt(message.capacity()).putInt(head.length);
    message.putInt(checksum(message));
    message.put(head).put(payload);
    message.putInt(checksum(message));
    return message.array();
  }

  private static byte[] encoded(Map<String, String> headers) {
    int size = headers.entrySet().stream().mapToInt(EventStream::size).sum();
    var bytes = ByteBuffer.allocate(size);
    headers.forEach((name, value) -> {
      bytes.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
      bytes.put(TEXT).putShort((short) value.length());
      bytes.put(value.getBytes(StandardCharsets.US_ASCII));
    });
    return bytes.array();
  }

  private static int size(Map.Entry<String, String> header) {
    return 1 + header.getKey().length() + 1 + 2 + header.getValue().length();
  }

  /// Of what has been written so far.
  private static int checksum(ByteBuffer message) {
    var crc = new CRC32();
    crc.update(message.duplicate().flip());
    return (int) crc.getValue();
  }
}
