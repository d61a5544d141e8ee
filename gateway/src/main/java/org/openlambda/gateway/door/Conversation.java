package org.openlambda.gateway.door;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.thread.Readiness;

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
  private final Door door;
  private final boolean multiplexed;
  private final Intake intake;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Patience patience;
  private String peer = "";

  /// The request whose answer is awaited or under way.
  private @Nullable Exchange serving;

  private boolean keepAlive = true;
  private boolean inputEnded;

  Conversation(Door door, boolean multiplexed) {
    this.door = door;
    this.multiplexed = multiplexed;
    this.intake = new Intake(door, this);
  }

  boolean isMultiplexed() {
    return multiplexed;
  }

  String peer() {
    return peer;
  }

  Door door() {
    return door;
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
      intake.hear(message);
    } finally {
      ReferenceCountUtil.release(message);
    }
    advance();
  }

  /// Answers what is no request, in its turn, and closes.
  void refuse(Problem problem) {
    intake.refuse(problem);
    advance();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    patience().readComplete();
    intake.settle();
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

  /// The caller sends nothing more. One that waits for an answer of known length may be
  /// half-closed, and gets it; one that is streamed to, now or later, is taken for gone: a stream
  /// that has nothing to say would never find out.
  private void inputEnded() {
    inputEnded = true;
    intake.end();
    boolean allAnswered =
        serving == null && !intake.hasWaiting(); // the rest of a body is not missed
    if (allAnswered || awaitsRequest() || (serving != null && serving.isStreaming())) {
      close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    patience().end();
    intake.drop();
    if (serving != null) {
      serving.gone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Door.broke(ctx, cause);
  }

  // The order.

  private boolean isIdle() {
    return serving == null && !intake.hasWaiting() && !intake.isReceiving();
  }

  /// Hands the next request over if it is its turn, and reads on if there is room.
  private void advance() {
    if (serving == null && keepAlive && context().channel().isWritable()) {
      Exchange next = intake.next();
      if (next != null) {
        start(next);
      }
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
      LoopThreads.start(
          door.handler().isLight(exchange.path()) ? loop() : Optional.empty(), exchange);
    } else {
      door.handler().refuse(exchange, refusal);
    }
  }

  private void readIfRoom() {
    boolean room = intake.hasRoom();
    var config = context().channel().config();
    if (config.isAutoRead() != room) {
      config.setAutoRead(room);
    }
  }

  /// Whether the body of the request being received is awaited from the caller.
  boolean awaitsBody() {
    return intake.isReceiving() && context().channel().config().isAutoRead();
  }

  /// Whether nothing is under way: neither a request nor an answer.
  boolean awaitsRequest() {
    return isIdle() || (intake.isDeaf() && serving == null);
  }

  /// Whether no answer is awaited or under way.
  boolean isFree() {
    return serving == null;
  }

  boolean isServing(Exchange exchange) {
    return serving == exchange;
  }

  /// The body is read, and there is room for more. On the reader's thread.
  void bodyWanted() {
    context().executor().execute(this::invite);
  }

  private void invite() {
    Exchange exchange = serving;
    if (exchange != null && intake.isReceiving(exchange) && exchange.invites()) {
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
          if (inputEnded && exchange.isStreaming()) {
            close();
            return;
          }
          frame(exchange, response);
          writeSoon(response);
        });
  }

  void send(Exchange exchange, byte[] piece) {
    onLoop(
        exchange,
        () ->
            writeSoon(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                .addListener(_ -> exchange.sent(piece.length)));
  }

  void end(Exchange exchange, List<Header> trailers) {
    onLoop(exchange, () -> finished(exchange, write(AnswerFields.last(trailers))));
  }

  void abort(Exchange exchange) {
    onLoop(
        exchange,
        () -> {
          context().flush(); // what was written soon comes before the break
          if (multiplexed) {
            Door.reset(context(), Http2Error.INTERNAL_ERROR);
          } else {
            close();
          }
        });
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
    boolean uninvited = intake.isReceiving(exchange) && exchange.invites();
    keepAlive =
        exchange.isKeepAlive()
            && !intake.isDeaf()
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

  /// As [#write], but sent after what the event loop has to do by now: pieces of an answer that are
  /// there together leave together.
  private ChannelFuture writeSoon(Object message) {
    ChannelFuture written = context().write(message);
    patience().written(written);
    context().executor().execute(context()::flush);
    return written;
  }

  private void finished(Exchange exchange, ChannelFuture written) {
    serving = null;
    boolean incomplete = intake.isReceiving(exchange);
    if (incomplete) {
      exchange.arriving().discard();
    }
    if (multiplexed) {
      if (incomplete) {
        written.addListener(_ -> Door.reset(context(), Http2Error.NO_ERROR));
      }
    } else if (keepAlive && !inputEnded) { // that may have come after the answer's head
      advance();
    } else {
      boolean unread = incomplete || intake.isDeaf() || intake.hasWaiting();
      intake.hearNoMore();
      written.addListener(_ -> closeAfterAnswer(unread));
    }
  }

  /// Closes, whatever is under way.
  void close() {
    context().close();
  }

  /// Closes after the last answer. While the caller may still be sending, the sending half first
  /// and the rest when the caller has closed or 2 s later: an early close would be a reset, and
  /// would take the answer with it (RFC 9112, 9.6).
  private void closeAfterAnswer(boolean unread) {
    if (!unread || inputEnded || !Door.shutdownOutput(context().channel())) {
      context().close();
      return;
    }
    readIfRoom();
    patience().closeAfter(Duration.ofSeconds(2));
  }

  /// Where the threads of its requests wait, if their event loop carries them.
  Optional<Readiness> readiness() {
    return LoopThreads.areCarried() ? loop().flatMap(Loop::readiness) : Optional.empty();
  }

  /// What carries the threads of its requests.
  Optional<Loop> loop() {
    return door.loop(context().channel().eventLoop());
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
