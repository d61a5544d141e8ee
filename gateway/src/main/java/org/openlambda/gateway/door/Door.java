package org.openlambda.gateway.door;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens, counts who is in, and lets everybody finish before it closes. Uses Netty's native epoll
/// and its pooled allocator, or NIO where epoll is missing. Safe for any thread.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails shows as a closed channel
public final class Door implements AutoCloseable {
  static final Problem DRAINING =
      Problem.of(
              503,
              "door",
              "draining",
              "The server is being stopped",
              "Running requests finish, new ones are not taken.",
              "Try again in a moment.")
          .retryAfter(Duration.ofSeconds(1));

  /// What a request is answered that met a bug of ours.
  static final Problem BUG =
      Problem.of(
          500,
          "door",
          "internal-error",
          "The platform has a bug",
          "The request could not be handled.",
          "Report it with the request id; the server's log has the details.");

  /// Tells conversations that an idle one should close.
  enum Farewell {
    FAREWELL
  }

  /// Between two looks at whether all requests have ended.
  private static final Duration LOOK = Duration.ofMillis(2);

  private static final Logger log = LoggerFactory.getLogger(Door.class);

  private final DoorLimits limits;
  private final Gate gate;
  private final Handler handler;
  private final Time time;
  private final EventLoopGroup group;
  private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Optional<Tls> tls;
  private final Channel listener;
  private final LoopWatch watch;

  /// No lock guards these two. An event loop that waited for one behind a virtual thread that it
  /// carries would wait for ever: whoever lets go of it wakes the thread, which has nobody to run
  /// it.
  private final AtomicInteger running = new AtomicInteger();

  private volatile boolean draining;

  private Door(DoorConfig config, Handler handler, Time time) throws IOException {
    this.limits = config.limits();
    this.gate = new Gate(config);
    this.handler = handler;
    this.time = time;
    this.tls =
        config.tls().isPresent()
            ? Optional.of(new Tls(config.tls().get(), limits.headTimeout()))
            : Optional.empty();
    boolean epoll = Epoll.isAvailable();
    if (!epoll) {
      log.info("native epoll is missing ({}); NIO serves instead", Epoll.unavailabilityCause());
    }
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    group =
        new MultiThreadIoEventLoopGroup(
            threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    for (EventExecutor loop : group) {
      loops.put((EventLoop) loop, new Loop((EventLoop) loop));
    }
    listener = listen(config.address(), epoll);
    watch = LoopWatch.over(loops.values());
  }

  /// Loads Netty. Any thread.
  public static void load() {
    var _ = Epoll.isAvailable();
    var _ = PooledByteBufAllocator.DEFAULT;
  }

  /// Opens it: callers are served when this returns.
  ///
  /// @throws IOException if the address cannot be listened on
  public static Door open(DoorConfig config, Handler handler, Time time) throws IOException {
    return new Door(config, handler, time);
  }

  private Channel listen(InetSocketAddress address, boolean epoll) throws IOException {
    var bind =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(Exchange.UNSENT / 2, Exchange.UNSENT))
            .childHandler(new Entrance(this))
            .bind(address)
            .awaitUninterruptibly();
    if (!bind.isSuccess()) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException(
          "cannot listen on %s: %s; stop what listens there, or choose another port (--port)"
              .formatted(text(address), bind.cause().getMessage()),
          bind.cause());
    }
    return bind.channel();
  }

  /// Where it listens.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Takes no new callers, answers 503 to new requests, and waits for the running ones. Blocks up
  /// to `limit`.
  ///
  /// @return whether all had ended by then
  public boolean drain(Duration limit) throws InterruptedException {
    long deadline = time.nanos() + limit.toNanos();
    draining = true;
    listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    if (!awaitQuiet(deadline)) {
      return false;
    }
    sayFarewell();
    return connections
        .newCloseFuture()
        .await(Math.max(0, deadline - time.nanos()), TimeUnit.NANOSECONDS);
  }

  private void sayFarewell() {
    for (Channel connection : connections) {
      connection.pipeline().fireUserEventTriggered(Farewell.FAREWELL);
    }
  }

  private boolean awaitQuiet(long deadline) throws InterruptedException {
    while (running.get() > 0) {
      if (deadline - time.nanos() <= 0) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  /// Closes at once, whoever is in. To let them finish, [#drain] first. Blocks up to 3 s.
  @Override
  public void close() {
    draining = true;
    listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    watch.close();
    tls.ifPresent(Tls::close);
  }

  Optional<Tls> tls() {
    return tls;
  }

  /// `https` if it speaks TLS.
  String scheme() {
    return tls.isPresent() ? "https" : "http";
  }

  /// Counts a request in; false if none may come in any more.
  boolean enter() {
    running.incrementAndGet(); // before the look: who drains sees it, or it sees that
    if (draining) {
      left();
      return false;
    }
    return true;
  }

  /// Counts a request out.
  void left() {
    running.decrementAndGet();
  }

  /// How many requests are in.
  int running() {
    return running.get();
  }

  boolean isDraining() {
    return draining;
  }

  DoorLimits limits() {
    return limits;
  }

  Gate gate() {
    return gate;
  }

  Handler handler() {
    return handler;
  }

  Time time() {
    return time;
  }

  /// The loop of a channel; HTTP/2 streams have that of their connection. Empty if somebody else
  /// made it, as a fuzzer does.
  Optional<Loop> loop(EventLoop of) {
    return Optional.ofNullable(loops.get(of));
  }

  ChannelGroup connections() {
    return connections;
  }

  /// `127.0.0.1:52100`, `[::1]:52100`.
  static String text(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return String.valueOf(address);
    }
    String host = inet.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
  }

  /// Closes a connection or stream after an error: a broken connection and a malformed request are
  /// the caller's affair, the rest could be ours.
  static void broke(ChannelHandlerContext context, Throwable cause) {
    Channel channel = context.channel();
    if (channel instanceof Http2StreamChannel && cause instanceof DecoderException) {
      log.debug(
          "a request of {} is malformed: {}",
          text(channel.parent().remoteAddress()),
          cause.getMessage());
      reset(context, Http2Error.PROTOCOL_ERROR); // RFC 9113, 8.1.1
      return;
    }
    String peer = text(channel.remoteAddress());
    if (cause instanceof IOException || cause instanceof Http2Exception) {
      log.debug("connection of {} broke: {}", peer, cause.getMessage());
    } else {
      log.warn("connection of {} is closed after an error", peer, cause);
    }
    context.close();
  }

  /// Closes the sending half of a connection, if it has halves.
  static boolean shutdownOutput(Channel channel) {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
      return true;
    }
    return false;
  }

  /// Ends an HTTP/2 stream before its end: without an error if only the caller's body is not needed
  /// (RFC 9113, 8.1).
  static void reset(ChannelHandlerContext stream, Http2Error error) {
    stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
    stream.close();
  }
}
