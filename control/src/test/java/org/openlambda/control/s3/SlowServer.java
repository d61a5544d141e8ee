package org.openlambda.control.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/// What seems to be an S3 server, and never ends an answer. While it is open, this JVM's
/// environment, as the SDK sees it, names it.
public final class SlowServer implements AutoCloseable {
  private static final String ADDRESS = "aws.endpointUrlS3";

  /// What comes after the head of an answer.
  public enum Manner {
    NOTHING,
    /// A byte each 50 ms.
    DRIPS
  }

  private final ServerSocket door;
  private final Semaphore asked = new Semaphore(0);
  private final String before;

  public SlowServer(Manner manner) throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    before = System.getProperty(ADDRESS);
    System.setProperty(ADDRESS, "http://127.0.0.1:" + door.getLocalPort());
    Thread.ofVirtual().start(() -> serve(manner));
  }

  private void serve(Manner manner) {
    try {
      while (true) {
        Socket socket = door.accept();
        asked.release();
        Thread.ofVirtual().start(() -> dawdle(socket, manner));
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  private static void dawdle(Socket socket, Manner manner) {
    try (socket;
        OutputStream out = socket.getOutputStream()) {
      String head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      while (true) {
        Thread.sleep(50);
        if (manner == Manner.DRIPS) {
          out.write('x');
          out.flush();
        }
      }
    } catch (IOException | InterruptedException ended) {
      // by the client, or the test
    }
  }

  /// Waits until so many requests have come, since this was called last.
  public void await(int requests) throws InterruptedException {
    asked.acquire(requests);
  }

  @Override
  public void close() throws IOException {
    System.setProperty(ADDRESS, before);
    door.close();
  }
}
