package org.openlambda.gateway.door;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import java.util.List;

/// The frames of one HTTP/2 stream as the messages of HTTP/1.1. A request without a body has no
/// buffer: Netty's own makes one before it looks at the request, and loses it if that has a path or
/// a method that HTTP/1.1 cannot express.
final class Http2Codec extends Http2StreamFrameToHttpObjectCodec {
  Http2Codec() {
    super(true);
  }

  @Override
  protected void decode(ChannelHandlerContext context, Http2StreamFrame frame, List<Object> out)
      throws Exception {
    if (frame instanceof Http2HeadersFrame head
        && head.isEndStream()
        && head.headers().method() != null) {
      int stream = head.stream() == null ? 0 : head.stream().id();
      out.add(
          HttpConversionUtil.toFullHttpRequest(
              stream, head.headers(), Unpooled.EMPTY_BUFFER, true));
    } else {
      super.decode(context, frame, out);
    }
  }
}
