package org.openlambda.bench.up;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.core.invocation.Header;

/// Calls by `Invoke` of the AWS Lambda API, with the fields that botocore sends. They are signed by
/// [#sign] and then sent as often as wanted: a signature is good for five minutes. The server
/// remembers none: it checks each request as if it saw it for the first time, so that signing them
/// ahead takes work from the client only.
public final class SignedCalls implements Supply {
  private static final Duration FRESH = Duration.ofMinutes(2);
  private static final String AGENT =
      "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.2"
          + " md/pyimpl#CPython m/b,Z,D cfg/retry-mode#legacy Botocore/1.43.11";

  private final String host;
  private final List<Call> calls;
  private final IntSupplier which;
  private volatile List<Optional<Request>> requests = List.of();
  private Instant signed = Instant.MIN;

  /// A function of an account.
  public record Call(Tenant tenant, String function) {}

  private SignedCalls(UpServer server, List<Call> calls, IntSupplier which) {
    this.host = server.host();
    this.calls = List.copyOf(calls);
    this.which = which;
    sign();
  }

  /// The same one for ever.
  public static SignedCalls always(UpServer server, Call call) {
    return new SignedCalls(server, List.of(call), () -> 0);
  }

  /// Each once, in order, whoever asks.
  public static SignedCalls each(UpServer server, List<Call> calls) {
    return new SignedCalls(server, calls, new AtomicInteger()::getAndIncrement);
  }

  /// Any of them with the same probability, independently; the order depends on `seed` only.
  public static SignedCalls uniform(UpServer server, List<Call> calls, long seed) {
    var drawn = new AtomicLong(seed);
    int count = calls.size();
    return new SignedCalls(
        server, calls, () -> new SplittableRandom(drawn.getAndIncrement()).nextInt(count));
  }

  /// Signs all of them anew if that was done more than two minutes ago; before each round.
  public synchronized void sign() {
    Instant now = Instant.now();
    if (signed.isBefore(now.minus(FRESH))) {
      requests = calls.stream().map(call -> Optional.of(request(call, now))).toList();
      signed = now;
    }
  }

  private Request request(Call call, Instant now) {
    String path = "/2015-03-31/functions/" + call.function + "/invocations";
    byte[] body = Workspace.BODY.getBytes(StandardCharsets.US_ASCII);
    var head = new StringBuilder("POST " + path + " HTTP/1.1\r\n");
    field(head, "Host", host);
    field(head, "Accept-Encoding", "identity");
    field(head, "User-Agent", AGENT);
    for (Header header : call.tenant.key().sign("POST", path, host, body, now)) {
      field(head, header.name(), header.value());
    }
    field(head, "amz-sdk-invocation-id", UUID.randomUUID().toString());
    field(head, "amz-sdk-request", "attempt=1");
    field(head, "Content-Length", Integer.toString(body.length));
    head.append("\r\n");
    return Request.of(head.toString(), body, Workspace.ANSWER.getBytes(StandardCharsets.US_ASCII));
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public Optional<Request> next() {
    int i = which.getAsInt();
    List<Optional<Request>> all = requests;
    return i < all.size() ? all.get(i) : Optional.empty();
  }
}
