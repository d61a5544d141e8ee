package org.openlambda.gateway.door;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What a conversation hears: decoded messages become exchanges, which wait here for their turn,
/// and their bodies are filled. After something that is no proper request nothing more is heard.
///
/// Belongs to the event loop of its conversation.
final class Intake {
  private static final String CLOSED = "the caller closed the connection before its end";

  private final Door door;
  private final Conversation conversation;
  private final ArrayDeque<Exchange> waiting = new ArrayDeque<>(2);

  /// The newest request, while its body is arriving.
  private @Nullable Exchange receiving;

  /// Whether the head of `receiving` and what came with it have been read.
  private boolean settled;

  private boolean deaf;

  Intake(Door door, Conversation conversation) {
    this.door = door;
    this.conversation = conversation;
  }

  /// Takes a message, or a part of one; the caller releases it.
  void hear(Object message) {
    if (!deaf && message instanceof HttpRequest request) {
      head(request);
    }
    if (message instanceof HttpContent content) {
      content(content);
    }
  }

  private void head(HttpRequest request) {
    var undecodable = door.gate().undecodable(request);
    if (undecodable.isPresent()) {
      refuse(undecodable.get());
      return;
    }
    Head head = Head.of(request);
    String authority = head.authority == null ? "" : head.authority;
    long limit = door.handler().bodyLimit(authority, head.method, head.path);
    var body = new ArrivingBody(limit, head.expect == null, conversation::bodyWanted);
    var exchange = new Exchange(conversation, head, body, door.time().nanos());
    exchange.keepAlive(HttpUtil.isKeepAlive(request));
    exchange.http10(request.protocolVersion().equals(HttpVersion.HTTP_1_0));
    receiving = exchange;
    settled = false;
    waiting.add(exchange);
    door.gate()
        .faultOf(request, head, limit)
        .ifPresent(problem -> {
          exchange.refuse(problem);
          hearNoMore();
        });
  }

  /// Lets a problem take the place of a request that cannot be read.
  void refuse(Problem problem) {
    var body = new ArrivingBody(0, true, conversation::bodyWanted);
    var exchange = new Exchange(conversation, Head.UNREADABLE, body, door.time().nanos());
    exchange.refuse(problem);
    waiting.add(exchange);
    hearNoMore();
  }

  private void content(HttpContent content) {
    Exchange exchange = receiving;
    if (exchange == null) {
      return;
    }
    if (!deaf) {
      body(exchange, content);
    }
    if (content instanceof LastHttpContent && content.decoderResult().isSuccess()) {
      exchange.arriving().complete();
      receiving = null;
    }
  }

  private void body(Exchange exchange, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      Throwable cause = content.decoderResult().cause();
      spoil(exchange, Gate.malformed("its body is not properly framed (" + cause + ")"));
    } else if (content.content().isReadable()) {
      exchange.arriving().add(ByteBufUtil.getBytes(content.content()));
      if (exchange.bodyFault().isPresent() && !conversation.isServing(exchange)) {
        spoil(exchange, exchange.bodyFault().get());
      }
    }
  }

  /// The body turned out to be wrong: before, while or after the request is handled.
  private void spoil(Exchange exchange, Problem problem) {
    if (waiting.contains(exchange)) {
      exchange.refuse(problem);
    } else if (conversation.isServing(exchange)) {
      exchange.arriving().fail(problem);
    } else {
      conversation.close();
    }
    hearNoMore();
  }

  /// What was sent at once has been read.
  void settle() {
    settled = true;
  }

  /// Nothing that still comes matters.
  void hearNoMore() {
    deaf = true;
    settled = true;
  }

  boolean isDeaf() {
    return deaf;
  }

  /// The caller sends nothing more.
  void end() {
    if (receiving != null) {
      receiving.arriving().fail(CLOSED);
    }
  }

  /// The caller is gone: nobody waits for the answers.
  void drop() {
    end();
    waiting.clear();
  }

  /// The request whose turn it is next, taken out; null while there is none or more of it may be
  /// there in a moment.
  @Nullable Exchange next() {
    Exchange next = waiting.peek();
    if (next == null || (next == receiving && !settled)) {
      return null;
    }
    return waiting.remove();
  }

  /// Whether more may be read from the socket: the rest of the request whose turn it is, as its
  /// body has room, but none behind it. Reading is not switched off and on for a request that comes
  /// at once: each switch is a system call.
  boolean hasRoom() {
    if (deaf || receiving == null) {
      return deaf || waiting.isEmpty();
    }
    boolean itsTurn = waiting.isEmpty() || (waiting.peek() == receiving && conversation.isFree());
    return itsTurn && receiving.arriving().hasRoom();
  }

  /// Whether a body is on its way.
  boolean isReceiving() {
    return receiving != null;
  }

  boolean isReceiving(Exchange exchange) {
    return receiving == exchange;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }
}
