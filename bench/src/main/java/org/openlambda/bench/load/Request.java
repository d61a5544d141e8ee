package org.openlambda.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The bytes of one call and what has to come back. Made once, sent often; immutable.
///
/// @param bytes head and body, direct memory; duplicated for each sending
/// @param status that the answer must have
/// @param body that the answer must have: its length always, its content by samples if it is large
public record Request(ByteBuffer bytes, int status, ByteBuffer body) {
  /// A POST of `body` to `path` that must be answered with 200 and `answer`.
  public static Request post(String path, byte[] body, byte[] answer) {
    return post(path, "application/json", body, answer);
  }

  /// The same for texts in ASCII.
  public static Request post(String path, String body, String answer) {
    return post(path, ascii(body), ascii(answer));
  }

  /// The same with another content type.
  public static Request post(String path, String type, byte[] body, byte[] answer) {
    return of(
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, type, body.length),
        body,
        answer);
  }

  /// A request that must be answered with 200 and `answer`.
  ///
  /// @param head in ASCII, up to the empty line and with it
  public static Request of(String head, byte[] body, byte[] answer) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(head.length() + body.length);
    bytes.put(ascii(head)).put(body).flip();
    ByteBuffer expected = ByteBuffer.allocateDirect(answer.length).put(answer).flip();
    return new Request(bytes, 200, expected);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
