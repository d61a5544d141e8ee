package org.openlambda.cli.server;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.invocation.Header;

/// Signs requests. Reads their bodies whole: what is signed is what is sent.
final class Signer {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE = 8;

  private final Key key;

  Signer(Key key) {
    this.key = key;
  }

  HttpRequest sign(HttpRequest request) {
    byte[] body = request.bodyPublisher().map(Signer::bytes).orElse(new byte[0]);
    String stamp = STAMP.format(Instant.now());
    var scope = new SigV4.Scope(stamp.substring(0, DATE), "us-east-1", "lambda");
    URI uri = request.uri();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    List<Header> headers =
        List.of(new Header("host", uri.getAuthority()), new Header("x-amz-date", stamp));
    List<String> signed = List.of("host", "x-amz-date");
    var signable =
        new SigV4.Signable(
            request.method(), uri.getRawPath(), query, headers, signed, SigV4.sha256(body));
    String signature = SigV4.sign(SigV4.key(key.secret(), scope), stamp, scope, signable);
    return HttpRequest.newBuilder(request, (_, _) -> true)
        .method(request.method(), publisher(body))
        .setHeader("x-amz-date", stamp)
        .setHeader(
            "Authorization",
            "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                .formatted(SigV4.ALGORITHM, key.id(), scope, String.join(";", signed), signature))
        .build();
  }

  private static BodyPublisher publisher(byte[] body) {
    return body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  private static byte[] bytes(BodyPublisher body) {
    var collected = new CompletableFuture<byte[]>();
    body.subscribe(new Collecting(collected));
    return collected.join();
  }

  /// Takes all that is published.
  private static final class Collecting implements Flow.Subscriber<ByteBuffer> {
    private final CompletableFuture<byte[]> result;
    private final List<byte[]> pieces = new ArrayList<>();

    Collecting(CompletableFuture<byte[]> result) {
      this.result = result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer item) {
      byte[] piece = new byte[item.remaining()];
      item.get(piece);
      pieces.add(piece);
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      var all = new ByteArrayOutputStream();
      pieces.forEach(all::writeBytes);
      result.complete(all.toByteArray());
    }
  }
}
