package org.openlambda.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;

/// What the server has to say of itself, for programs: what goes to stderr, in `server.log` as a
/// JSON object a line with `timestamp` (milliseconds since 1970), `level`, `loggerName`,
/// `formattedMessage` and `throwable`. Begins anew after 10 MiB; the last four are kept as
/// `server.log.1` to `.4`.
final class ServerLog implements AutoCloseable {
  private static final long LARGEST = 10L * 1024 * 1024;
  private static final int KEPT = 4;
  private static final Duration LOOKS = Duration.buildByMilliseconds(100);

  private final ch.qos.logback.classic.Logger root;
  private final RollingFileAppender<ILoggingEvent> appender;

  private ServerLog(
      ch.qos.logback.classic.Logger root, RollingFileAppender<ILoggingEvent> appender) {
    this.root = root;
    this.appender = appender;
  }

  /// @param folder where the file is
  /// @throws IOException if the folder cannot be made
  static ServerLog open(Path folder) throws IOException {
    return open(folder, LARGEST);
  }

  static ServerLog open(Path folder, long largestBytes) throws IOException {
    Files.createDirectories(folder);
    LoggerContext context = LogSetup.context();
    String file = folder.resolve("server.log").toString();
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file);
    appender.setEncoder(encoder(context));
    var window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file.replace("%", "\\%") + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(KEPT);
    window.start();
    var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(largestBytes));
    size.setCheckIncrement(LOOKS);
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    return new ServerLog(root, appender);
  }

  private static JsonEncoder encoder(LoggerContext context) {
    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMarkers(false);
    encoder.setWithMDC(false);
    encoder.setWithKVPList(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }
}
