package org.openlambda.gateway.door;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests of one HTTP/1.1 connection, or the single one of an HTTP/2 stream, strictly one
/// after another: the next is handled when the answer to the one before has been given and the
/// caller takes its answers. Pipelined requests wait here; while one waits nothing is read, so that
/// there are never more than one read of the socket (64 KiB) held.
///
/// Everything runs on the event loop of the channel, except where an [Exchange] hands something
/// over through `onLoop`.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
final class Conversation extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Conversation.class);

  private final Door door;
  private final boolean multiplexed;
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>(2);
  private @Nullable ChannelHandlerContext context;
  private @Nullable Patience patience;
  private String peer = "";

  /// The newest request, while its body is arriving.
  private @Nullable Exchange receiving;

  /// The request whose answer is awaited or under way.
  private @Nullable Exchange serving;

  /// Whether the head of `receiving` and what came with it have been read.
  private boolean settled;

  private boolean keepAlive = true;
  private boolean inputEnded;

  /// Nothing that still comes matters; the channel is closed when the caller closes, or soon.
  private boolean deaf;

  Conversation(Door door, boolean multiplexed) {
    this.door = door;
    this.multiplexed = multiplexed;
  }

  boolean isMultiplexed() {
    return multiplexed;
  }

  String peer() {
    return peer;
  }

  boolean isOwnHost(String authority) {
    return door.gate().isOwnHost(authority);
  }

  Handler handler() {
    return door.handler();
  }

  /// The handling of a request has ended. On its thread.
  void left() {
    door.left();
  }

  // What comes in.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    peer = Door.text(ctx.channel().remoteAddress());
    patience = new Patience(door.limits(), door.time(), ctx, this);
    if (!multiplexed) {
      patience.begin();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    patience().end();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      patience().decoded();
      if (deaf) {
        return;
      }
      if (message instanceof HttpRequest request) {
        head(request);
      }
      if (message instanceof HttpContent content) {
        content(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void head(HttpRequest request) {
    var undecodable = door.gate().undecodable(request);
    if (undecodable.isPresent()) {
      refuse(undecodable.get());
      return;
    }
    Head head = Head.of(request);
    long limit = door.handler().bodyLimit(head.method, head.path);
    var body = new ArrivingBody(limit, head.expect == null, this::bodyWanted);
    var exchange = new Exchange(this, head, body, door.time().nanos());
    exchange.keepAlive(HttpUtil.isKeepAlive(request));
    exchange.http10(request.protocolVersion().equals(HttpVersion.HTTP_1_0));
    door.gate().faultOf(request, head, limit).ifPresent(exchange::refuse);
    receiving = exchange;
    settled = false;
    waiting.add(exchange);
    if (exchange.refusal() != null) {
      endInput();
    }
  }

  /// Answers what is no request, in its turn, and listens no more.
  void refuse(Problem problem) {
    var body = new ArrivingBody(0, true, this::bodyWanted);
    var exchange = new Exchange(this, Head.UNREADABLE, body, door.time().nanos());
    exchange.refuse(problem);
    waiting.add(exchange);
    endInput();
  }

  private void endInput() {
    deaf = true;
    settled = true;
    advance();
  }

  private void content(HttpContent content) {
    Exchange exchange = receiving;
    if (exchange == null || deaf) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      malformedBody(exchange, String.valueOf(content.decoderResult().cause().getMessage()));
      return;
    }
    if (content.content().isReadable()) {
      exchange.arriving().add(ByteBufUtil.getBytes(content.content()));
    }
    if (content instanceof LastHttpContent) {
      exchange.arriving().complete();
      receiving = null;
      advance();
    }
  }

  private void malformedBody(Exchange exchange, String why) {
    Problem problem = Gate.malformed("its body is not properly chunked (" + why + ")");
    if (exchange == serving) {
      exchange.arriving().fail(problem);
    } else {
      exchange.refuse(problem);
    }
    endInput();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    patience().readComplete();
    settled = true;
    advance();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    advance();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent _ -> inputEnded();
      case Http2ResetFrame _ -> ctx.close();
      case Door.Farewell _ -> {
        if (isIdle()) {
          ctx.close();
        }
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  /// The caller sends nothing more. One that still waits for a plain answer may be half-closed, and
  /// gets it; one that is being streamed to is gone.
  private void inputEnded() {
    inputEnded = true;
    if (receiving != null) {
      receiving.arriving().fail("the caller closed the connection before its end");
    }
    if (deaf || isIdle() || (serving != null && serving.isStreaming())) {
      context().close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    patience().end();
    if (receiving != null) {
      receiving.arriving().fail("the caller closed the connection before its end");
    }
    waiting.clear();
    if (serving != null) {
      serving.gone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("connection of {} broke: {}", peer, cause.getMessage());
    } else {
      log.warn("connection of {} is closed after an error", peer, cause);
    }
    ctx.close();
  }

  // The order.

  private boolean isIdle() {
    return serving == null && waiting.isEmpty() && receiving == null;
  }

  /// Hands the next request over if it is its turn, and reads on if there is room.
  private void advance() {
    Exchange next = waiting.peek();
    if (next != null
        && serving == null
        && keepAlive
        && context().channel().isWritable()
        && (next != receiving || settled)) {
      waiting.remove();
      start(next);
    }
    readIfRoom();
  }

  private void start(Exchange exchange) {
    serving = exchange;
    Problem refusal = exchange.refusal();
    if (refusal == null && !door.enter()) {
      refusal = Door.DRAINING;
    }
    if (refusal == null) {
      Thread.ofVirtual().start(exchange);
    } else {
      exchange.answer(refusal);
    }
  }

  private void readIfRoom() {
    boolean room =
        deaf || (waiting.isEmpty() && (receiving == null || receiving.arriving().hasRoom()));
    var config = context().channel().config();
    if (config.isAutoRead() != room) {
      config.setAutoRead(room);
    }
  }

  /// Whether the body of the request being received is awaited from the caller.
  boolean awaitsBody() {
    return receiving != null && context().channel().config().isAutoRead();
  }

  /// Whether nothing is under way: neither a request nor an answer.
  boolean awaitsRequest() {
    return isIdle() || deaf;
  }

  /// The body is read, and there is room for more. On the reader's thread.
  private void bodyWanted() {
    context().executor().execute(this::invite);
  }

  private void invite() {
    Exchange exchange = serving;
    if (exchange != null && exchange == receiving && exchange.invites()) {
      context()
          .writeAndFlush(
              new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
    readIfRoom();
  }

  // What goes out. Called by exchanges, on their threads.

  void answer(Exchange exchange, FullHttpResponse response) {
    onLoop(
        exchange,
        () -> {
          frame(exchange, response);
          finished(exchange, write(response));
        });
  }

  void begin(Exchange exchange, HttpResponse response) {
    onLoop(
        exchange,
        () -> {
          frame(exchange, response);
          write(response);
        });
  }

  void send(Exchange exchange, byte[] piece) {
    onLoop(
        exchange,
        () ->
            write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                .addListener(_ -> exchange.sent(piece.length)));
  }

  void end(Exchange exchange, List<Header> trailers) {
    onLoop(exchange, () -> finished(exchange, write(last(trailers))));
  }

  void abort(Exchange exchange) {
    onLoop(exchange, () -> context().close());
  }

  /// Runs `action` on the event loop, if the exchange's caller is still there by then.
  private void onLoop(Exchange exchange, Runnable action) {
    context()
        .executor()
        .execute(() -> {
          if (serving == exchange && context().channel().isActive()) {
            action.run();
          }
        });
  }

  private static LastHttpContent last(List<Header> trailers) {
    if (trailers.isEmpty()) {
      return LastHttpContent.EMPTY_LAST_CONTENT;
    }
    var last = new DefaultLastHttpContent();
    for (Header trailer : trailers) {
      last.trailingHeaders().add(trailer.name(), trailer.value());
    }
    return last;
  }

  /// Settles how the message ends, and whether the connection lasts.
  private void frame(Exchange exchange, HttpResponse response) {
    if (multiplexed) {
      return;
    }
    boolean unframed = exchange.isHttp10() && HttpUtil.isTransferEncodingChunked(response);
    if (unframed) {
      response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
      response.headers().remove(HttpHeaderNames.TRAILER);
    }
    boolean uninvited = receiving == exchange && exchange.invites();
    keepAlive =
        exchange.isKeepAlive()
            && !deaf
            && !inputEnded
            && !unframed
            && !uninvited
            && exchange.bodyFault().isEmpty()
            && !door.isDraining();
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (exchange.isHttp10()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  private ChannelFuture write(Object message) {
    ChannelFuture written = context().writeAndFlush(message);
    patience().written(written);
    return written;
  }

  private void finished(Exchange exchange, ChannelFuture written) {
    serving = null;
    boolean incomplete = receiving == exchange;
    if (incomplete) {
      exchange.arriving().discard();
    }
    if (multiplexed) {
      if (incomplete) {
        written.addListener(_ -> Door.resetWithoutError(context()));
      }
    } else if (keepAlive) {
      advance();
    } else {
      boolean unread = incomplete || deaf || !waiting.isEmpty();
      deaf = true;
      written.addListener(_ -> close(unread));
    }
  }

  /// Closes. While the caller may still be sending, the sending half first and the rest when the
  /// caller has closed or 2 s later: an early close would be a reset, and would take the answer
  /// with it (RFC 9112, 9.6).
  private void close(boolean unread) {
    if (!unread || inputEnded || !Door.shutdownOutput(context().channel())) {
      context().close();
      return;
    }
    readIfRoom();
    patience().closeAfter(Duration.ofSeconds(2));
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("a conversation is used before it is in a pipeline");
    }
    return context;
  }

  private Patience patience() {
    if (patience == null) {
      throw new IllegalStateException("a conversation is used before it is in a pipeline");
    }
    return patience;
  }
}
