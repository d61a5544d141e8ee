package org.openlambda.worker.link;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;
import org.openlambda.worker.Sample;

/// The runtime's end of a real link: says exactly what a test wants, true to the protocol or not.
final class ScriptedRuntime implements AutoCloseable {
  static final int READY = 16;
  static final int LOADED = 17;
  static final int ANSWER = 18;
  static final int BODY = 19;
  static final int CREDIT = 20;
  static final int FAILED = 21;
  static final int END = 1;

  private final Fd end;
  private final RuntimeLink link;
  private final Poller poller;

  private ScriptedRuntime(Fd end, RuntimeLink link, Poller poller) {
    this.end = end;
    this.link = link;
    this.poller = poller;
  }

  static ScriptedRuntime connect() {
    var poller = new Poller("test-links");
    RuntimeLink.Opened opened = RuntimeLink.open(new PollerReadiness(poller), new Buffers(4));
    return new ScriptedRuntime(opened.theirs(), opened.link(), poller);
  }

  /// What the worker has of it.
  RuntimeLink link() {
    return link;
  }

  /// An exchange that asks for no loading.
  Exchange begin(Invocation invocation) throws IOException {
    return link.begin(Optional.empty(), invocation, () -> {});
  }

  /// An exchange that is the first of its sandbox.
  Exchange beginLoading(Invocation invocation) throws IOException {
    var load = new RuntimeLink.Load(Sample.version(), "/handler", Purpose.SERVE, "a/stream");
    return link.begin(Optional.of(load), invocation, () -> {});
  }

  /// A frame that came from the worker.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Frame(int type, boolean end, int stream, byte[] payload) {
    /// Of a REQUEST: the JSON.
    String head() {
      int length = ByteBuffer.wrap(payload).getInt();
      return new String(payload, 4, length, StandardCharsets.UTF_8);
    }

    /// Bytes of the request's body in it.
    int bodyBytes() {
      return type == 2 ? payload.length - 4 - ByteBuffer.wrap(payload).getInt() : payload.length;
    }
  }

  Frame next() throws IOException {
    ByteBuffer header = read(12);
    byte[] payload = read(header.getInt(0)).array();
    return new Frame(header.get(4), header.get(5) == 1, header.getInt(8), payload);
  }

  private ByteBuffer read(int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      int got = end.readAvailable(buffer); // which waits: this end is a blocking one
      if (got < 0) {
        throw new EOFException("the worker closed the link");
      }
    }
    return buffer.flip();
  }

  void says(int type, int flags, int stream, byte[] payload) throws IOException {
    raw(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .putInt(payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putShort((short) 0)
        .putInt(stream)
        .put(payload)
        .array();
  }

  void raw(byte[] bytes) throws IOException {
    try {
      end.writeFully(bytes);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  void credits(int stream, int bytes) throws IOException {
    says(CREDIT, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  /// As a sandbox that dies.
  void hangUp() {
    end.close();
  }

  /// The payload of an ANSWER.
  static byte[] answer(String head, byte[] body) {
    byte[] json = head.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + json.length + body.length)
        .putInt(json.length)
        .put(json)
        .put(body)
        .array();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    end.close();
    link.close();
    poller.close();
  }
}
