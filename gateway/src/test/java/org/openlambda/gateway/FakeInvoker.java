package org.openlambda.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

/// Runs a piece of Java per function name; a function without one echoes the body.
final class FakeInvoker implements Invoker {
  static final Usage USAGE =
      new Usage(
          Usage.Start.COLD,
          Duration.ofNanos(1_234_000),
          Duration.ofNanos(1_234_000),
          Bytes.mebi(128),
          Duration.ZERO,
          Bytes.ZERO,
          new Phases(
              Duration.ofNanos(12_000),
              Duration.ofNanos(250_000),
              Duration.ZERO,
              Duration.ofNanos(984_000)));

  /// What stands for a handler.
  interface Code {
    Outcome run(Invocation invocation) throws IOException, InterruptedException;
  }

  private final Map<String, Code> code = new ConcurrentHashMap<>();

  FakeInvoker with(String name, Code handler) {
    code.put(name, handler);
    return this;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    try {
      return code.getOrDefault(invocation.version().name().text(), FakeInvoker::echo)
          .run(invocation);
    } catch (IOException e) {
      return new Outcome.Lost("the stream broke: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Outcome echo(Invocation invocation) throws IOException {
    return returned(200, List.of(), bytes(invocation.request().body()));
  }

  static Outcome returned(int status, List<Header> headers, byte[] body) {
    return new Outcome.Returned(new Payload.Whole(status, headers, body), USAGE);
  }

  static Outcome streamed(long bytes, boolean complete) {
    return new Outcome.Returned(new Payload.Streamed(200, List.of(), bytes, complete), USAGE);
  }

  static byte[] bytes(Body body) throws IOException {
    return switch (body) {
      case Body.Whole(byte[] bytes) -> bytes;
      case Body.Arriving arriving -> {
        var all = new ByteArrayOutputStream();
        for (byte[] piece = arriving.read(); piece.length > 0; piece = arriving.read()) {
          all.write(piece);
        }
        yield all.toByteArray();
      }
    };
  }
}
