package org.openlambda.gateway.door;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS 1.2 and 1.3 by certificate files, which are read again when they change: connections that
/// are open keep what they have. A pair that cannot be read is said in the log, and the last one
/// that could is kept. Safe for any thread.
final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  /// How often the files are looked at.
  static final Duration LOOK = Duration.ofSeconds(1);

  private static final int MOST_WAITING = 1_024;

  private final TlsFiles files;
  private final Duration handshake;

  /// Computes signatures, so that event loops need not.
  private final ThreadPoolExecutor signers =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.MINUTES,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("tls-", 0).daemon().factory());

  private final Thread watch;
  private volatile SslContext context;
  private volatile boolean closed;

  /// Of the files as they were read.
  private Stamp read;

  private record Stamp(long certificate, long key) {}

  /// @param handshake time that a client has for it
  /// @throws IOException in one sentence, what is wrong with the files
  Tls(TlsFiles files, Duration handshake) throws IOException {
    this.files = files;
    this.handshake = handshake;
    this.read = stamp();
    this.context = context(files);
    this.watch = Thread.ofVirtual().name("certificates").start(this::watch);
  }

  private static SslContext context(TlsFiles files) throws IOException {
    try {
      return SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (IllegalArgumentException | SSLException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "%s and %s are no certificate with its key in PEM (PKCS #8): %s"
              .formatted(files.certificate(), files.key(), cause.getMessage()),
          e);
    }
  }

  private Stamp stamp() throws IOException {
    return new Stamp(modified(files.certificate()), modified(files.key()));
  }

  private static long modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toMillis();
  }

  private void watch() {
    while (!closed) {
      try {
        Thread.sleep(LOOK);
        Stamp now = stamp();
        if (!now.equals(read)) {
          read = now;
          context = context(files);
          LOG.info("the certificate {} was read again", files.certificate());
        }
      } catch (IOException e) {
        LOG.warn("the certificate was not read again, the last one is kept: {}", e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// What a new connection begins with.
  ChannelHandler handler(Channel channel) {
    SslHandler handler = context.newHandler(channel.alloc(), signers);
    handler.setHandshakeTimeoutMillis(handshake.toMillis());
    return handler;
  }

  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    signers.shutdownNow();
  }
}
