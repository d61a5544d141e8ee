package org.openlambda.cli.server;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.invocation.Header;

/// Signs requests. Reads their bodies to their ends, and then they are sent.
final class Signer {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE = 8;
  private static final BodyPublisher NOTHING = BodyPublishers.noBody();

  private final Key key;

  Signer(Key key) {
    this.key = key;
  }

  HttpRequest sign(HttpRequest request) {
    BodyPublisher body = request.bodyPublisher().map(Signer::lasting).orElse(NOTHING);
    String stamp = STAMP.format(Instant.now());
    var scope = new SigV4.Scope(stamp.substring(0, DATE), "us-east-1", "lambda");
    URI uri = request.uri();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    List<Header> headers =
        List.of(new Header("host", uri.getAuthority()), new Header("x-amz-date", stamp));
    List<String> signed = List.of("host", "x-amz-date");
    var signable =
        new SigV4.Signable(
            request.method(), uri.getRawPath(), query, headers, signed, digest(body));
    String signature = SigV4.sign(SigV4.key(key.secret(), scope), stamp, scope, signable);
    return HttpRequest.newBuilder(request, (_, _) -> true)
        .method(request.method(), body)
        .setHeader("x-amz-date", stamp)
        .setHeader(
            "Authorization",
            "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                .formatted(SigV4.ALGORITHM, key.id(), scope, String.join(";", signed), signature))
        .build();
  }

  /// One that may be read twice: what comes from a stream is kept, what is in a file is not.
  private static BodyPublisher lasting(BodyPublisher body) {
    if (body.contentLength() >= 0) {
      return body;
    }
    var all = new ByteArrayOutputStream();
    read(body, piece -> all.write(piece, 0, piece.length));
    return BodyPublishers.ofByteArray(all.toByteArray());
  }

  private static String digest(BodyPublisher body) {
    MessageDigest digest = sha256();
    read(body, digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void read(BodyPublisher body, Consumer<byte[]> taker) {
    var end = new CompletableFuture<Boolean>();
    body.subscribe(new Reading(taker, end));
    end.join();
  }

  /// Takes all that is published, in pieces.
  private record Reading(Consumer<byte[]> taker, CompletableFuture<Boolean> end)
      implements Flow.Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer item) {
      byte[] piece = new byte[item.remaining()];
      item.get(piece);
      taker.accept(piece);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(true);
    }
  }
}
