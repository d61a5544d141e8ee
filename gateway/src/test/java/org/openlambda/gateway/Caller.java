package org.openlambda.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A caller that sends bytes as they are. Reads time out after 10 s.
final class Caller implements AutoCloseable {
  final Socket socket;
  private final InputStream in;

  Caller(int port) throws IOException {
    this(port, 0);
  }

  Caller(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// One answer as it was read.
  record Answer(int status, Map<String, String> fields, String body) {}

  Caller send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Caller send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /// Lines of a head, each ended by CR LF, and an empty one.
  Caller sendHead(String... lines) throws IOException {
    return send(String.join("\r\n", lines) + "\r\n\r\n");
  }

  Answer answer() throws IOException {
    Answer head = head();
    String length = head.fields().get("content-length");
    if (length != null) {
      return body(head, in.readNBytes(Integer.parseInt(length)));
    }
    if ("chunked".equals(head.fields().get("transfer-encoding"))) {
      return body(head, chunks());
    }
    return "close".equals(head.fields().get("connection")) ? body(head, in.readAllBytes()) : head;
  }

  private static Answer body(Answer head, byte[] body) {
    return new Answer(head.status(), head.fields(), new String(body, StandardCharsets.UTF_8));
  }

  /// The head of an answer only.
  Answer head() throws IOException {
    String first = line();
    var fields = new TreeMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(Integer.parseInt(first.substring(9, 12)), fields, "");
  }

  private byte[] chunks() throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
      all.write(chunk);
    }
    return all.toByteArray();
  }

  /// One chunk; of the last, empty one the trailers are skipped too.
  byte[] chunk() throws IOException {
    byte[] chunk = in.readNBytes(Integer.parseInt(line(), 16));
    if (chunk.length > 0) {
      line();
    } else {
      for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
        lastTrailers.append(trailer).append('\n');
      }
    }
    return chunk;
  }

  final StringBuilder lastTrailers = new StringBuilder();

  byte[] bytes(int count) throws IOException {
    return in.readNBytes(count);
  }

  String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /// Whether the server has closed: true at the end or a reset, after whatever else it sent.
  boolean isClosed() throws IOException {
    try {
      while (in.read() >= 0) {
        // skipped
      }
      return true;
    } catch (SocketException reset) {
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
