package org.openlambda.gateway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;

/// HTTP/1.1 on the wire, read strictly: a message with both a Content-Length and a
/// Transfer-Encoding, or with two lengths, is refused and not repaired (RFC 9112, 6.1 and 6.3).
final class Http1Codec extends CombinedChannelDuplexHandler<HttpRequestDecoder, HttpResponseEncoder>
    implements HttpServerUpgradeHandler.SourceCodec {
  private static final int LARGEST_PIECE = 64 * 1024;

  Http1Codec(DoorLimits limits) {
    super(new StrictDecoder(limits), new HttpResponseEncoder());
  }

  @Override
  public void upgradeFrom(ChannelHandlerContext context) {
    context.pipeline().remove(this);
  }

  private static final class StrictDecoder extends HttpRequestDecoder {
    StrictDecoder(DoorLimits limits) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength((int) limits.head().count())
              .setMaxHeaderSize((int) limits.head().count())
              .setMaxChunkSize(LARGEST_PIECE));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
      throw new IllegalArgumentException("both Content-Length and Transfer-Encoding were sent");
    }
  }
}
