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

  /// Logback itself. The first to ask for a logger sets it up, and others get a stand-in meanwhile:
  /// this waits until it is there, some milliseconds.
  static LoggerContext context() {
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
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
