package org.openlambda.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads the head of an HTTP/1.1 answer in a buffer, from its start up to its position. Pure.
public final class Answers {
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private Answers() {}

  /// Where the body begins, or -1 if the head is not complete.
  public static int headEnd(ByteBuffer in) {
    int end = in.position();
    for (int i = 3; i < end; i++) {
      if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /// The status: `HTTP/1.1 200 OK`.
  public static int status(ByteBuffer in) {
    return (in.get(9) - '0') * 100 + (in.get(10) - '0') * 10 + (in.get(11) - '0');
  }

  /// @throws IOException if the head has no `Content-Length`
  public static long contentLength(ByteBuffer in, int headEnd) throws IOException {
    for (int i = 0; i < headEnd - LENGTH.length; i++) {
      if (in.get(i) == '\n' && startsWith(in, i + 1)) {
        long value = 0;
        for (int at = i + 1 + LENGTH.length; in.get(at) != '\r'; at++) {
          value = in.get(at) == ' ' ? value : value * 10 + (in.get(at) - '0');
        }
        return value;
      }
    }
    var head = new byte[headEnd];
    in.get(0, head);
    throw new IOException(
        "an answer without Content-Length: " + new String(head, StandardCharsets.ISO_8859_1));
  }

  private static boolean startsWith(ByteBuffer in, int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      int letter = in.get(at + i);
      int lower = letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
      if (lower != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }
}
