package org.openlambda.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the platform says of itself: warnings, on stderr. `OL_LOG=DEBUG` says more. Handlers'
/// output does not come this way. Found by Logback as a service; in code, so that no start reads
/// XML.
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String FORM = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n";
  private static final long LOOK_NANOS = 1_000_000;
  private static final long MOST_NANOS = 10_000_000_000L;

  /// Waits until loggers are there, some milliseconds, and sets them up if nobody does. Who asks
  /// for one while another thread sets them up is given a stand-in, which may stay mute for ever:
  /// so the first thing of a command that has other threads, and of these.
  static void await() {
    long end = System.nanoTime() + MOST_NANOS;
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)
        && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /// Logback itself, when [#await] has returned.
  static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(FORM);
    encoder.start();
    var stderr = new ConsoleAppender<ILoggingEvent>();
    stderr.setContext(context);
    stderr.setName("stderr");
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();
    context.getLogger("io.netty").setLevel(Level.WARN);
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getenv("OL_LOG"), Level.WARN));
    root.addAppender(stderr);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
