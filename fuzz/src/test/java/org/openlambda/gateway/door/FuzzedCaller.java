package org.openlambda.gateway.door;

import static org.openlambda.fuzz.Oracle.that;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;

/// A connection in memory, with a caller who sends what he has and then nothing more. Belongs to
/// the thread of its event loop, which runs only within these methods.
public final class FuzzedCaller {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /// Ten seconds, if a turn finds nothing to do. Turns, as a clock goes on while a process is
  /// stopped.
  private static final int MOST_TURNS = 10_000;

  private final Door door;
  private final ManualIoEventLoop loop;
  private final Connection connection;
  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

  /// An embedded channel on an event loop that other threads may hand work to.
  private static final class Connection extends EmbeddedChannel {
    Connection(Entrance entrance) {
      // The parent tells HTTP/2 that this is the server's end.
      super(new LocalServerChannel(), DefaultChannelId.newInstance(), false, false, entrance);
    }

    @Override
    protected boolean isCompatible(EventLoop eventLoop) {
      return true;
    }

    /// They are run where `loop` is: an embedded loop would do it within each operation.
    @Override
    public void runPendingTasks() {}

    @Override
    protected void handleInboundMessage(Object message) {
      ReferenceCountUtil.release(message); // as the end of a real pipeline does
    }
  }

  public FuzzedCaller(Door door, ManualIoEventLoop loop, ByteBufAllocator memory) {
    this.door = door;
    this.loop = loop;
    this.connection = new Connection(new Entrance(door));
    connection.config().setAllocator(memory);
    connection.unsafe().register(loop, connection.newPromise());
    loop.runNow();
  }

  /// Sends `input` from `from` on, in pieces, each when the door reads and is not at work.
  public void sends(byte[] input, int from, int piece) {
    for (int at = from; at < input.length && awaitReading(); at += piece) {
      int length = Math.min(piece, input.length - at);
      ByteBuf bytes = connection.alloc().buffer(length).writeBytes(input, at, length);
      connection.pipeline().fireChannelRead(bytes);
      connection.pipeline().fireChannelReadComplete();
      loop.runNow();
      collect();
    }
  }

  /// Whether the connection is open, after what is under way has come as far as it can.
  private boolean awaitReading() {
    int turns = 0;
    while (connection.isOpen() && !connection.config().isAutoRead() && door.running() > 0) {
      loop.run(TURN_NANOS);
      that(++turns < MOST_TURNS, "the door reads no more: %s", connection.pipeline());
    }
    return connection.isOpen();
  }

  /// Closes the sending half, waits for the answers, then goes away for good.
  public void hangsUp() {
    if (connection.isOpen()) {
      connection.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      settle(connection.pipeline().get(Conversation.class) != null);
    }
    connection.unsafe().close(connection.voidPromise());
    settle(true);
    connection.releaseOutbound();
  }

  /// Lets everything under way end. A half-closed HTTP/1.1 connection ends by itself; one of HTTP/2
  /// may wait for its streams.
  private void settle(boolean byItself) {
    int turns = 0;
    loop.runNow();
    collect();
    while (byItself && (door.running() > 0 || connection.isOpen())) {
      loop.run(TURN_NANOS);
      collect();
      that(++turns < MOST_TURNS, "%d still run", door.running());
    }
    loop.runNow();
    collect();
  }

  private void collect() {
    for (Object message = connection.readOutbound();
        message != null;
        message = connection.readOutbound()) {
      ByteBuf bytes = (ByteBuf) message;
      answers.writeBytes(ByteBufUtil.getBytes(bytes));
      bytes.release();
    }
  }

  public byte[] answers() {
    return answers.toByteArray();
  }
}
