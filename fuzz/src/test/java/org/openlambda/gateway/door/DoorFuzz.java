package org.openlambda.gateway.door;

import static org.openlambda.fuzz.Oracle.that;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.slf4j.LoggerFactory;

/// What a caller may send: byte 0 says how it is cut into pieces, the rest goes through the real
/// pipeline to the real router and API, with [Backstage] behind them. Whatever it is, the caller
/// gets proper HTTP or nothing, every connection ends when its caller is gone, nothing is logged as
/// a warning or worse, and every buffer is given back, counted after each input.
public final class DoorFuzz {
  private static final DoorLimits LIMITS =
      new DoorLimits(100, Bytes.kibi(1), Duration.ofSeconds(100), Duration.ofSeconds(100));

  private static final ListAppender<ILoggingEvent> WARNINGS = listen();
  private static final ManualIoEventLoop LOOP =
      new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
  private static final Door DOOR = open();

  private DoorFuzz() {}

  private static ListAppender<ILoggingEvent> listen() {
    var warnings = new ListAppender<ILoggingEvent>();
    warnings.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(warnings);
    return warnings;
  }

  private static Door open() {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      return Door.open(
          new DoorConfig(address, Set.of("ol"), LIMITS),
          new Backstage(LOOP::wakeup),
          Time.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    var memory = new UnpooledByteBufAllocator(false, true);
    var caller = new FuzzedCaller(DOOR, LOOP, memory);
    caller.sends(input, 1, 1 + Byte.toUnsignedInt(input[0]) * 8);
    caller.hangsUp();
    byte[] answers = caller.answers();
    if (!Answers.areProper(answers)) {
      throw new AssertionError("no proper answers: " + Answers.shown(answers));
    }
    List<ILoggingEvent> warnings = List.copyOf(WARNINGS.list);
    WARNINGS.list.clear();
    that(warnings.isEmpty(), "%s", new Told(warnings));
    long held = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    that(held == 0, "%d bytes of buffers were not given back", held);
  }

  private record Told(List<ILoggingEvent> warnings) {
    @Override
    public String toString() {
      var first = warnings.getFirst();
      var cause = first.getThrowableProxy();
      String where = cause == null ? "" : " " + cause.getClassName() + ": " + cause.getMessage();
      String at =
          cause == null || cause.getStackTraceElementProxyArray().length == 0
              ? ""
              : " " + List.of(cause.getStackTraceElementProxyArray()).stream().limit(12).toList();
      return "a warning: " + first.getFormattedMessage() + where + at;
    }
  }
}
