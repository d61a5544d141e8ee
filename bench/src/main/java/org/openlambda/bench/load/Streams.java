package org.openlambda.bench.load;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Many answers that come slowly, each on a connection of its own, read by one thread: server-sent
/// events. Looks for the first `data:` of each and counts the bytes behind it. One thread.
public final class Streams implements AutoCloseable {
  private static final byte[] EVENT = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int BEGINNING = 2_048;

  private final SocketAddress address;
  private final Request request;
  private final Selector selector = Selector.open();
  private final List<Open> all = new ArrayList<>();
  private final ByteBuffer rest = ByteBuffer.allocateDirect(64 * 1024);
  private long bytes;
  private int begun;
  private int ended;

  /// Streams whose last piece came; only those that fit in their beginning are looked at.
  private int finished;

  /// When reading ends, if not when the time is over.
  public enum Until {
    TIME,
    ALL_BEGUN,
    ALL_FINISHED
  }

  /// @param request is answered with events, for ever
  public Streams(SocketAddress address, Request request) throws IOException {
    this.address = address;
    this.request = request;
  }

  /// One stream.
  private static final class Open {
    private final long fromNanos = System.nanoTime();
    private final ByteBuffer beginning = ByteBuffer.allocate(BEGINNING);
    private long firstNanos;

    private boolean hasBegun() {
      return firstNanos != 0;
    }
  }

  /// Opens more.
  public void open(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      begin(key);
    }
  }

  /// Begins a new stream on every connection that is there; the streams before must have finished.
  public void again() throws IOException {
    for (SelectionKey key : selector.keys()) {
      begin(key);
    }
  }

  private void begin(SelectionKey key) throws IOException {
    var stream = new Open();
    key.attach(stream);
    all.add(stream);
    ByteBuffer out = request.bytes().duplicate();
    while (out.hasRemaining()) {
      ((SocketChannel) key.channel()).write(out);
    }
  }

  /// Reads what comes, for so long or until something is true of all that were opened.
  public void read(Duration length, Until until) throws IOException {
    long end = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
      boolean enough =
          switch (until) {
            case TIME -> false;
            case ALL_BEGUN -> begun + ended >= all.size();
            case ALL_FINISHED -> finished + ended >= all.size();
          };
      if (enough) {
        return;
      }
      selector.select(this::take, Math.max(1, left / 1_000_000));
    }
  }

  private void take(SelectionKey key) {
    var channel = (SocketChannel) key.channel();
    var stream = (Open) key.attachment();
    try {
      boolean early = stream.beginning.hasRemaining();
      ByteBuffer in = early ? stream.beginning : rest;
      int count = channel.read(in);
      if (count < 0) {
        throw new IOException("the stream ended");
      }
      bytes += count;
      rest.clear();
      if (!stream.hasBegun() && holdsEvent(stream.beginning)) {
        stream.firstNanos = System.nanoTime();
        begun++;
      }
      if (early && holds(in, in.position() - LAST.length, LAST)) {
        finished++;
      }
    } catch (IOException e) {
      key.cancel();
      ended++;
    }
  }

  private static boolean holdsEvent(ByteBuffer beginning) {
    for (int i = 0; i + EVENT.length <= beginning.position(); i++) {
      if (holds(beginning, i, EVENT)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(ByteBuffer in, int at, byte[] what) {
    return at >= 0 && ByteBuffer.wrap(what).equals(in.slice(at, what.length));
  }

  /// Bytes that came so far.
  public long bytes() {
    return bytes;
  }

  /// Streams that were opened, and did not end.
  public int running() {
    return all.size() - ended;
  }

  /// Streams that had an event.
  public int begun() {
    return begun;
  }

  /// The times to the first event, as a load, of all streams since this was asked last; those
  /// without an event are lost.
  public Load takeFirstEvents() {
    long start = all.stream().mapToLong(s -> s.fromNanos).min().orElse(System.nanoTime());
    long now = System.nanoTime();
    var recorder = new Recorder(start, Math.max(1, now - start));
    for (Open stream : all) {
      if (stream.hasBegun()) {
        recorder.answered(stream.fromNanos, stream.firstNanos, 200, true);
      } else {
        recorder.lost(stream.fromNanos, now);
      }
    }
    all.clear();
    begun = 0;
    ended = 0;
    finished = 0;
    return recorder.toLoad(true);
  }

  /// Goes away, as a caller does who has enough.
  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
