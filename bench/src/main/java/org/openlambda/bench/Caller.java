package org.openlambda.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// One keep-alive connection that posts a body and reads the answer, with as little work of its own
/// as can be: the same bytes go to the server and to the baseline. Answers must have a
/// Content-Length. Blocks; one thread.
final class Caller implements AutoCloseable {
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);

  Caller(SocketAddress address) throws IOException {
    channel = SocketChannel.open(address);
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  /// The bytes of a request, to be sent again and again.
  static byte[] request(String path, String body) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Sends a request and waits for its answer.
  ///
  /// @return the answer's body, or the whole answer if its status is not 200
  String call(byte[] request) throws IOException {
    var out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      channel.write(out);
    }
    in.clear();
    int end = -1;
    int length = 0;
    while (end < 0 || in.position() < end + length) {
      if (channel.read(in) < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (end < 0) {
        end = headEnd();
        length = end < 0 ? 0 : contentLength(end);
      }
    }
    boolean ok = startsWith(OK, 0);
    return text(ok ? end : 0, end + length);
  }

  private int headEnd() {
    for (int i = 3; i < in.position(); i++) {
      if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int contentLength(int headEnd) throws IOException {
    for (int i = 0; i < headEnd; i++) {
      if (in.get(i) == '\n' && startsWith(LENGTH, i + 1)) {
        int value = 0;
        for (int at = i + 1 + LENGTH.length; in.get(at) != '\r'; at++) {
          value = in.get(at) == ' ' ? value : value * 10 + (in.get(at) - '0');
        }
        return value;
      }
    }
    throw new IOException("an answer without Content-Length: " + text(0, headEnd));
  }

  private boolean startsWith(byte[] lowerCase, int at) {
    for (int i = 0; i < lowerCase.length; i++) {
      int letter = in.get(at + i);
      if (letter != lowerCase[i] && Character.toLowerCase(letter) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private String text(int from, int to) {
    var bytes = new byte[to - from];
    in.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
