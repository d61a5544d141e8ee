package org.openlambda.gateway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Closes an HTTP/2 connection on which nothing is under way: after some silence, when the server
/// says farewell, or when the caller has closed its half.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class Http2Silence extends IdleStateHandler {
  Http2Silence(Duration limit) {
    super(0, 0, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    closeIfIdle(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    switch (event) {
      case ChannelInputShutdownEvent _ -> context.close();
      case Door.Farewell _ -> closeIfIdle(context);
      default -> super.userEventTriggered(context, event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Door.broke(context, cause);
  }

  private static void closeIfIdle(ChannelHandlerContext context) {
    var codec = context.pipeline().get(Http2FrameCodec.class);
    if (codec == null || codec.connection().numActiveStreams() == 0) {
      context.close();
    }
  }
}
