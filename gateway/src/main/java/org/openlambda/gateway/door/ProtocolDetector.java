package org.openlambda.gateway.door;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells HTTP/2 from HTTP/1.1 by the preface every HTTP/2 connection begins with (RFC 9113, 3.4),
/// and makes room for the handlers of the one it is. Closes a connection that says nothing.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class ProtocolDetector extends ByteToMessageDecoder {
  private final Entrance entrance;
  private final Duration limit;
  private @Nullable ScheduledFuture<?> giveUp;

  ProtocolDetector(Entrance entrance, Duration limit) {
    this.entrance = entrance;
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    giveUp =
        context.executor().schedule(() -> context.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    if (giveUp != null) {
      giveUp.cancel(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent || event instanceof Door.Farewell) {
      context.close();
      return;
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Door.broke(context, cause);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    int length = Math.min(in.readableBytes(), preface.readableBytes());
    if (!ByteBufUtil.equals(preface, 0, in, in.readerIndex(), length)) {
      entrance.speakHttp1(context.pipeline());
      context.pipeline().remove(this);
    } else if (length == preface.readableBytes()) {
      entrance.speakHttp2(context.pipeline());
      context.pipeline().remove(this);
    }
  }
}
