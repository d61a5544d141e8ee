package org.openlambda.conformance;

import java.nio.ByteBuffer;
import java.util.Map;

/// A frame that a worker sends.
///
/// @param bodySize bytes of a request's body in it
/// @param encoded header and payload, read-only, as they go on the link
record WorkerFrame(Type type, boolean end, int stream, int bodySize, ByteBuffer encoded) {
  static final int HEADER_SIZE = 12;
  static final int PAYLOAD_MAX = 65_536;

  /// The table "From the worker".
  enum Type {
    SPECIALISE(1),
    REQUEST(2),
    BODY(3),
    CREDIT(4),
    CANCEL(5);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  WorkerFrame {
    encoded = encoded.asReadOnlyBuffer();
  }

  static WorkerFrame specialise(Map<String, ?> specialisation) {
    return of(Type.SPECIALISE, false, 0, 0, Json.bytes(specialisation));
  }

  /// @param head JSON, or what a test wants there instead
  static WorkerFrame request(int stream, byte[] head, byte[] body, boolean end) {
    byte[] payload =
        ByteBuffer.allocate(Integer.BYTES + head.length + body.length)
            .putInt(head.length)
            .put(head)
            .put(body)
            .array();
    return of(Type.REQUEST, end, stream, body.length, payload);
  }

  static WorkerFrame body(int stream, byte[] body, boolean end) {
    return of(Type.BODY, end, stream, body.length, body);
  }

  /// @param bytes up to 2^32 - 1
  static WorkerFrame credit(int stream, long bytes) {
    byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt((int) bytes).array();
    return of(Type.CREDIT, false, stream, 0, payload);
  }

  static WorkerFrame cancel(int stream) {
    return of(Type.CANCEL, false, stream, 0, new byte[0]);
  }

  private static WorkerFrame of(Type type, boolean end, int stream, int bodySize, byte[] payload) {
    if (payload.length > PAYLOAD_MAX) {
      throw new IllegalArgumentException("a test sends a payload of " + payload.length + " bytes");
    }
    ByteBuffer encoded =
        ByteBuffer.allocate(HEADER_SIZE + payload.length)
            .putInt(payload.length)
            .put((byte) type.code)
            .put((byte) (end ? 1 : 0))
            .putShort((short) 0)
            .putInt(stream)
            .put(payload)
            .flip();
    return new WorkerFrame(type, end, stream, bodySize, encoded);
  }
}
