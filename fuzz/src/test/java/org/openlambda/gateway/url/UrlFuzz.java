package org.openlambda.gateway.url;

import static org.openlambda.fuzz.Oracle.that;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.aws.FunctionAnswer;
import org.openlambda.gateway.door.Answers;
import org.openlambda.gateway.door.Door;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.FuzzedCaller;
import org.openlambda.gateway.door.Handler;
import tools.jackson.databind.json.JsonMapper;

/// Function URLs, by byte 0 one of three: what a function answers at once; what it streams, prelude
/// first, in pieces; and a request of which an event is made. Whatever it is, the answer can be
/// sent, the caller gets proper HTTP, and an event is JSON.
public final class UrlFuzz {
  private static final Header WITH_PRELUDE =
      new Header("content-type", "application/vnd.awslambda.http-integration-response");
  private static final FunctionUrl URL =
      new FunctionUrl(
          "id",
          new FunctionId(Account.FIRST, new FunctionName("hello")),
          Version.LATEST,
          false,
          true,
          Optional.empty());

  private static final ManualIoEventLoop LOOP =
      new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
  private static final Stage STAGE = new Stage();
  private static final Door DOOR = open();

  private UrlFuzz() {}

  private static Door open() {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var forever = Duration.ofSeconds(100);
    try {
      return Door.open(
          new DoorConfig(address, Set.of(), new DoorLimits(100, Bytes.kibi(8), forever, forever)),
          STAGE,
          Time.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    switch (input[0] & 3) {
      case 0 -> judge(UrlAnswer.of(new FunctionAnswer(rest, Optional.empty())));
      case 1 -> {
        STAGE.streamed = Optional.of(rest);
        STAGE.piece = 1 + (Byte.toUnsignedInt(input[0]) >> 2);
        call(
            "GET / HTTP/1.1\r\nHost: id.lambda-url.r.localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
      }
      default -> {
        STAGE.streamed = Optional.empty();
        call(rest);
      }
    }
  }

  private static void judge(UrlAnswer answer) {
    that(answer.status() >= 200 && answer.status() <= 599, "status %d", answer.status());
    that(answer.headers().size() <= 256, "%d fields", answer.headers().size());
    for (Header field : answer.headers()) {
      that(field.name().matches("[!-9;-~]+"), "a field's name is '%s'", field.name());
      that(field.value().matches("[\t -~\u0080-\u00ff]*"), "a field's value is '%s'", field);
    }
  }

  private static void call(byte[] request) {
    var memory = new UnpooledByteBufAllocator(false, true);
    var caller = new FuzzedCaller(DOOR, LOOP, memory);
    caller.sends(request, 0, 4096);
    caller.hangsUp();
    byte[] answers = caller.answers();
    that(Answers.areProper(answers), "no proper answers: %s", Answers.shown(answers));
    that(STAGE.fault.isEmpty(), "%s", STAGE.fault);
    long held = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    that(held == 0, "%d bytes of buffers were not given back", held);
  }

  /// What stands behind the door: plays the function, or makes an event of the request.
  private static final class Stage implements Handler {
    private volatile Optional<byte[]> streamed = Optional.empty();
    private volatile int piece = 1;
    private volatile String fault = "";

    @Override
    public void handle(Exchange exchange) {
      try {
        if (streamed.isPresent()) {
          stream(exchange, streamed.get());
        } else {
          event(exchange);
        }
      } finally {
        LOOP.wakeup();
      }
    }

    private void stream(Exchange exchange, byte[] bytes) {
      var stream = new UrlStream(exchange, fields -> fields);
      try {
        stream.start(200, List.of(WITH_PRELUDE));
        for (int at = 0; at < bytes.length; at += piece) {
          stream.write(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
      } catch (IOException refused) {
        if (exchange.isAnswered()) {
          exchange.abort();
        }
      }
      if (exchange.isAnswered()) {
        exchange.end(List.of());
      } else {
        exchange.answer(502, List.of(), new byte[0]);
      }
    }

    private void event(Exchange exchange) {
      try {
        byte[] body = exchange.wholeBody(Duration.ofSeconds(10));
        byte[] event = UrlEvent.of(exchange, URL, Optional.empty(), Instant.EPOCH, body);
        if (!JsonMapper.shared().readTree(event).path("rawPath").isString()) {
          fault = "an event without a path";
        }
        exchange.answer(200, List.of(), new byte[0]);
      } catch (IOException | IllegalArgumentException refused) {
        exchange.answer(400, List.of(), new byte[0]);
      }
    }

    @Override
    public boolean isLight(String path) {
      return true;
    }

    @Override
    public long bodyLimit(String authority, String method, String path) {
      return 4096;
    }
  }
}
