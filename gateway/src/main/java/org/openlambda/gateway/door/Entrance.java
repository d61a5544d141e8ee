package org.openlambda.gateway.door;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a new connection meets: first the count, then TLS, if the door speaks it, then the question
/// which protocol it is, then the handlers of that protocol with a [Conversation] at the end.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
@Sharable
final class Entrance extends ChannelInitializer<Channel> {
  /// Streams that one HTTP/2 connection may have open.
  private static final int STREAMS = 128;

  private static final int FLUSHES_PER_WRITE = 256;

  private static final String FULL_TEXT = "Too many connections are open. Try again in a moment.\n";
  private static final byte[] FULL =
      String.join(
              "\r\n",
              "HTTP/1.1 503 Service Unavailable",
              "connection: close",
              "retry-after: 1",
              "content-type: text/plain",
              "content-length: " + FULL_TEXT.length(),
              "",
              FULL_TEXT)
          .getBytes(StandardCharsets.US_ASCII);

  private final Door door;

  Entrance(Door door) {
    this.door = door;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (door.connections().size() >= door.limits().connections()) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    door.connections().add(channel);
    door.tls().ifPresent(tls -> channel.pipeline().addLast(tls.handler(channel)));
    channel.pipeline().addLast(new ProtocolDetector(this, door.limits().headTimeout()));
  }

  /// HTTP/1.1, which may ask to go on as HTTP/2 with its first request.
  void speakHttp1(ChannelPipeline pipeline) {
    var codec = new Http1Codec(door.limits());
    pipeline.addLast(codec, new FirstRequest(codec), new Conversation(door, false));
  }

  /// HTTP/2, by prior knowledge.
  void speakHttp2(ChannelPipeline pipeline) {
    pipeline.addLast(
        new FlushConsolidationHandler(FLUSHES_PER_WRITE, true),
        frameCodec(),
        new Http2MultiplexHandler(new Streams()),
        new Http2Silence(door.limits().idleTimeout()));
  }

  private Http2FrameCodec frameCodec() {
    return Http2FrameCodecBuilder.forServer()
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(STREAMS)
                .maxHeaderListSize(door.limits().head().count()))
        .build();
  }

  /// Each stream of an HTTP/2 connection is a conversation of one request.
  @Sharable
  private final class Streams extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream.pipeline().addLast(new Http2Codec(), new Conversation(door, true));
    }
  }

  /// Upgrades to HTTP/2 if the first request asks for it, and steps aside otherwise. A request with
  /// a body is never upgraded: it would have to be held, all of it, first. One that may not come in
  /// is not either: HTTP/2 might be unable to express it. Nor is one behind another, which may have
  /// come with it: the answer to that is due in HTTP/1.1.
  private final class FirstRequest extends HttpServerUpgradeHandler {
    private boolean passed;

    /// Whether the one that was asked last is being upgraded by, after which this is removed, or
    /// was refused all the same.
    private boolean accepted;

    FirstRequest(Http1Codec codec) {
      super(codec, Entrance.this::upgradeCodec, 0);
    }

    @Override
    protected void decode(ChannelHandlerContext context, HttpObject message, List<Object> out)
        throws Exception {
      super.decode(context, message, out);
      passed |= message instanceof HttpRequest;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
      super.channelReadComplete(context);
      if (passed && !accepted) {
        context.pipeline().remove(this);
      }
    }

    @Override
    protected boolean shouldHandleUpgradeRequest(HttpRequest request) {
      accepted =
          !passed
              && request.decoderResult().isSuccess()
              && request.headers().contains(Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER)
              && hasNoBody(request)
              && door.gate().faultOf(request, Head.of(request), Long.MAX_VALUE).isEmpty();
      return accepted;
    }

    private static boolean hasNoBody(HttpMessage request) {
      String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0");
      return length.equals("0") && !request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }
  }

  private HttpServerUpgradeHandler.@Nullable UpgradeCodec upgradeCodec(CharSequence protocol) {
    if (!AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)) {
      return null;
    }
    return new Http2ServerUpgradeCodec(frameCodec(), new Http2MultiplexHandler(new Streams())) {
      @Override
      public void upgradeTo(ChannelHandlerContext context, FullHttpRequest request) {
        ChannelPipeline pipeline = context.pipeline();
        pipeline.addFirst(new FlushConsolidationHandler(FLUSHES_PER_WRITE, true));
        pipeline.remove(Conversation.class);
        super.upgradeTo(context, request);
        pipeline.addLast(new Http2Silence(door.limits().idleTimeout()));
      }
    };
  }
}
