package org.openlambda.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// The worker's end of the link. A thread of its own reads all the time, so that a runtime is never
/// kept from writing; the test's thread writes, and takes what was read.
final class Link implements AutoCloseable {
  private static final int UNTAKEN_MAX = 100_000;

  private sealed interface Arrival {
    record Came(RuntimeFrame frame) implements Arrival {}

    record Ended() implements Arrival {}

    record Broken(Throwable by) implements Arrival {}
  }

  private final SocketChannel channel;
  private final Referee referee = new Referee();
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>(UNTAKEN_MAX);
  private final Thread reader;

  Link(SocketChannel channel) {
    this.channel = channel;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try {
      try {
        var stream = Channels.newInputStream(channel);
        Optional<RuntimeFrame> frame = RuntimeFrame.read(stream);
        while (frame.isPresent()) {
          referee.receives(frame.get());
          arrivals.put(new Arrival.Came(frame.get()));
          frame = RuntimeFrame.read(stream);
        }
        arrivals.put(new Arrival.Ended());
      } catch (IOException | AssertionError broken) {
        arrivals.put(new Arrival.Broken(broken));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends all of these frames in one write(2), if the socket has room for them.
  void send(WorkerFrame... frames) throws IOException {
    int size = 0;
    for (WorkerFrame frame : frames) {
      referee.sends(frame);
      size += frame.encoded().remaining();
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    for (WorkerFrame frame : frames) {
      bytes.put(frame.encoded().duplicate());
    }
    write(bytes.flip());
  }

  /// Sends a frame with a write(2) for each of its bytes.
  void sendByteByByte(WorkerFrame frame) throws IOException {
    referee.sends(frame);
    sendBytes(frame, frame.encoded().remaining());
  }

  /// Sends the first `count` bytes of a frame only, each with a write(2) of its own.
  void sendBytes(WorkerFrame frame, int count) throws IOException {
    for (int at = 0; at < count; at++) {
      write(frame.encoded().slice(at, 1));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// The next frame, empty at the end of the link. Blocks.
  ///
  /// @throws AssertionError if the runtime broke a rule
  Optional<RuntimeFrame> next() throws InterruptedException {
    Arrival arrival = arrivals.take();
    return switch (arrival) {
      case Arrival.Came came -> Optional.of(came.frame());
      case Arrival.Ended ended -> {
        arrivals.put(ended);
        yield Optional.empty();
      }
      case Arrival.Broken broken -> throw new AssertionError(broken.by().getMessage(), broken.by());
    };
  }

  /// Says that nothing more will be sent; what the runtime still sends can be read.
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    reader.interrupt();
  }
}
