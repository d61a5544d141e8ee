package org.openlambda.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// A real HTTP server on loopback, a thread for each connection, that answers the n-th request as a
/// test says. Requests must fit in one read.
final class Echo implements AutoCloseable {
  private final ServerSocket listener;
  private final IntFunction<String> answers;
  private final AtomicInteger requests = new AtomicInteger();

  /// @param answers what is sent back to the n-th request, from 0; empty: the connection is closed
  Echo(IntFunction<String> answers) throws IOException {
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    this.answers = answers;
    Thread.ofVirtual().start(this::accept);
  }

  /// A complete answer with this status and body.
  static String answer(int status, String body) {
    return "HTTP/1.1 %d Said\r\nX-Other: 1\r\nContent-length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }

  SocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  int requests() {
    return requests.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      var buffer = new byte[64 * 1024];
      while (in.read(buffer) > 0) {
        String answer = answers.apply(requests.getAndIncrement());
        if (answer.isEmpty()) {
          return;
        }
        out.write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // the client went away
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
