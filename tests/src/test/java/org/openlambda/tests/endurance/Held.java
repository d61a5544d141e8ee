package org.openlambda.tests.endurance;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A call of `hold` whose body is not complete until it is let go: it keeps its sandbox for just as
/// long. For one thread.
final class Held implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final long beginNanos = System.nanoTime();

  /// Begins it.
  Held(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    write(
        "POST /run/hold HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Length: 2\r\n\r\n1");
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Completes the body, and waits for the answer.
  Load.Call letGo() {
    try (this) {
      try {
        write("2");
      } catch (IOException _) {
        // it has been answered already
      }
      InputStream answer = socket.getInputStream();
      return call(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Load.Call(
          "hold", beginNanos, System.nanoTime(), 0, "connection closed: " + e.getMessage());
    }
  }

  private Load.Call call(String answer) {
    if (answer.isEmpty()) {
      return new Load.Call("hold", beginNanos, System.nanoTime(), 0, "connection closed");
    }
    int status = Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    String words = Load.words(status, answer.contains("application/problem+json"), body);
    return new Load.Call("hold", beginNanos, System.nanoTime(), status, words);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
