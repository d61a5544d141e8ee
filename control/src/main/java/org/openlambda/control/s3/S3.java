package org.openlambda.control.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.time.Patience;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A client of S3. Any thread; calls *block* for [Bounds#whole] at the most.
///
/// Bytes are compared with a digest by whoever asks for them, so the SDK's own checksums, which not
/// every server knows, are used only where the service wants them.
public final class S3 implements AutoCloseable {
  private final String region;
  private final Bounds bounds;

  /// Made when something is asked for first, which reads a profile from the disk; guarded by this.
  private @Nullable S3Client client;

  /// How long the server may take.
  ///
  /// @param connect until it takes a connection
  /// @param silence between two pieces of an answer
  /// @param whole for a request, the body and further tries included
  public record Bounds(Duration connect, Duration silence, Duration whole) {
    public static final Bounds DEFAULT =
        new Bounds(
            Patience.of(Duration.ofSeconds(10)),
            Patience.of(Duration.ofSeconds(10)),
            Patience.of(Duration.ofSeconds(50)));
  }

  /// An object.
  ///
  /// @param version empty for the newest
  public record Name(String bucket, String key, Optional<String> version) {
    public Name(String bucket, String key) {
      this(bucket, key, Optional.empty());
    }
  }

  /// What there is under a key.
  public record Found(String key, long bytes, Instant modified) {}

  /// An object has more bytes than were wanted.
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(Name name, long most) {
      super("%s has more than %d bytes".formatted(name.key, most));
    }
  }

  /// @param region where neither environment nor profile name one
  public S3(String region, Bounds bounds) {
    this.region = region;
    this.bounds = bounds;
  }

  /// Whether no part of a key means another folder to a server that keeps objects as files.
  public static boolean isPlain(String key) {
    return List.of(key.split("/", -1)).stream()
        .noneMatch(part -> part.equals(".") || part.equals(".."));
  }

  private synchronized S3Client client() {
    S3Client there = client;
    if (there == null) {
      there = make(false);
      Optional<URI> ours = there.serviceClientConfiguration().endpointOverride();
      if (ours.isPresent()) {
        there.close();
        requireHost(ours.get());
        there = make(true); // a server of one's own has no host name for each bucket
      }
      client = there;
    }
    return there;
  }

  private static void requireHost(URI endpoint) {
    if (endpoint.getHost() == null) {
      throw SdkClientException.create(
          "AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) names no host: " + endpoint);
    }
  }

  private S3Client make(boolean pathStyle) {
    return S3Client.builder()
        .region(region())
        .httpClientBuilder(
            Apache5HttpClient.builder()
                .connectionTimeout(bounds.connect)
                .connectionAcquisitionTimeout(bounds.connect)
                .socketTimeout(bounds.silence)
                .expectContinueEnabled(false))
        .serviceConfiguration(
            S3Configuration.builder()
                .pathStyleAccessEnabled(pathStyle)
                .chunkedEncodingEnabled(false)
                .expectContinueEnabled(false)
                .build())
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .overrideConfiguration(override -> override.apiCallTimeout(bounds.whole))
        .build();
  }

  /// Not asked of the instance's metadata: where there are none, that takes seconds.
  private Region region() {
    try {
      return new AwsRegionProviderChain(
              new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
          .getRegion();
    } catch (SdkClientException none) {
      return Region.of(region);
    }
  }

  /// Writes an object into a file, which is made, or emptied first.
  ///
  /// @param most bytes that it may have
  /// @throws TooLarge beyond that
  /// @throws S3Refused if there is no such object, or it may not be read
  /// @throws S3Away if it cannot be had now; also if the file cannot be written
  public void get(Name name, Path file, long most) throws IOException {
    ResponseTransformer<GetObjectResponse, Boolean> write =
        (answer, body) -> isWritten(answer, body, file, most);
    boolean whole =
        asked(
            name.bucket,
            () ->
                client()
                    .getObject(
                        request ->
                            request
                                .bucket(name.bucket)
                                .key(name.key)
                                .versionId(name.version.orElse(null)),
                        write));
    if (!whole) {
      throw new TooLarge(name, most);
    }
  }

  private static boolean isWritten(
      GetObjectResponse answer, AbortableInputStream body, Path file, long most)
      throws IOException {
    boolean whole = false;
    try {
      if (answer.contentLength() == null || answer.contentLength() <= most) {
        try (var out = Files.newOutputStream(file)) {
          whole = isCopied(body, out, most);
        }
      }
    } finally {
      if (!whole) {
        body.abort(); // closing it would wait for the rest
      }
    }
    return whole;
  }

  private static boolean isCopied(InputStream from, OutputStream to, long most) throws IOException {
    byte[] piece = new byte[64 * 1024];
    long count = 0;
    for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
      count += read;
      if (count > most) {
        return false;
      }
      to.write(piece, 0, read);
    }
    return true;
  }

  /// Keeps a file as an object, in the place of another one.
  public void put(Name name, Path file) throws S3Refused, S3Away {
    var _ =
        asked(
            name.bucket,
            () ->
                client()
                    .putObject(
                        request -> request.bucket(name.bucket).key(name.key),
                        RequestBody.fromFile(file)));
  }

  /// What there is under a key; empty if nothing.
  public Optional<Found> look(Name name) throws S3Refused, S3Away {
    try {
      return Optional.of(
          asked(
              name.bucket,
              () -> {
                var there =
                    client().headObject(request -> request.bucket(name.bucket).key(name.key));
                return new Found(name.key, there.contentLength(), there.lastModified());
              }));
    } catch (S3Refused e) {
      if (e.isAbsence()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Tells of every object whose key begins so, sorted; a thousand are asked for at a time.
  ///
  /// @param each may not throw
  public void list(String bucket, String prefix, Consumer<Found> each) throws S3Refused, S3Away {
    Optional<String> next = Optional.empty();
    do {
      Optional<String> from = next;
      next =
          asked(
              bucket,
              () -> {
                var page =
                    client()
                        .listObjectsV2(request ->
                            request
                                .bucket(bucket)
                                .prefix(prefix)
                                .continuationToken(from.orElse(null)));
                page.contents()
                    .forEach(there ->
                        each.accept(new Found(there.key(), there.size(), there.lastModified())));
                return Optional.ofNullable(page.nextContinuationToken());
              });
    } while (next.isPresent());
  }

  /// Deletes an object; that there is none is success.
  public void delete(Name name) throws S3Refused, S3Away {
    var _ =
        asked(
            name.bucket,
            () -> client().deleteObject(request -> request.bucket(name.bucket).key(name.key)));
  }

  private interface Request<T> {
    T send();
  }

  private static <T> T asked(String bucket, Request<T> request) throws S3Refused, S3Away {
    try {
      return request.send();
    } catch (S3Exception e) {
      if (e.statusCode() >= 500 || e.statusCode() == 429) {
        throw new S3Away("bucket %s cannot serve now: %s".formatted(bucket, e.getMessage()), e);
      }
      throw refused(e);
    } catch (SdkException e) {
      throw new S3Away("bucket %s does not answer: %s".formatted(bucket, e.getMessage()), e);
    }
  }

  /// An answer to HEAD has no words.
  private static S3Refused refused(S3Exception e) {
    Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
    String code =
        details
            .map(AwsErrorDetails::errorCode)
            .orElse(e.statusCode() == 404 ? "NotFound" : "Status" + e.statusCode());
    String reason = details.map(AwsErrorDetails::errorMessage).orElse("no reason was given");
    return new S3Refused(e.statusCode(), code, reason, e);
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
