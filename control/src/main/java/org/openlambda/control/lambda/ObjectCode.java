package org.openlambda.control.lambda;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.openlambda.control.model.Fault;
import org.openlambda.control.s3.S3;
import org.openlambda.control.s3.S3Away;
import org.openlambda.control.s3.S3Refused;
import org.openlambda.core.function.Account;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Archives that requests name by bucket and key. Any thread; blocks on the network.
///
/// A request chooses among the buckets that its account is allowed, and nothing else: not the
/// server, not the credentials.
public final class ObjectCode {
  /// Objects that are fetched at the same time.
  static final int AT_ONCE = 4;

  private static final Logger LOG = LoggerFactory.getLogger(ObjectCode.class);

  private final S3 s3;
  private final CodeBuckets buckets;
  private final Optional<String> own;
  private final Semaphore running = new Semaphore(AT_ONCE);

  /// @param own the bucket that the server keeps everybody's code in, which is nobody's to name
  public ObjectCode(S3 s3, CodeBuckets buckets, Optional<String> own) {
    this.s3 = s3;
    this.buckets = buckets;
    this.own = own;
  }

  /// Fetches it into a file.
  ///
  /// @param code the members `S3Bucket`, `S3Key`, `S3ObjectVersion` of a request
  /// @param most bytes that it may have
  /// @throws S3.TooLarge beyond that
  void fetch(Account account, JsonNode code, Path file, long most) throws Fault, IOException {
    S3.Name name = name(account, code);
    if (!running.tryAcquire()) {
      throw new Fault(
          429, "TooManyRequestsException", "The server fetches as many objects as it may at once.");
    }
    try {
      s3.get(name, file, most);
    } catch (S3Refused e) {
      throw e.isDenial() ? denied(name, e.code(), e.reason()) : failed(e.code(), e.reason());
    } catch (S3Away e) {
      LOG.warn("code cannot be fetched for {}: {}", account, e.getMessage());
      throw new Fault(503, "ServiceException", "S3 does not answer. Try again.");
    } finally {
      running.release();
    }
  }

  private S3.Name name(Account account, JsonNode code) throws Fault {
    String bucket = code.path("S3Bucket").asString("");
    String key = code.path("S3Key").asString("");
    if (bucket.isEmpty() || key.isEmpty()) {
      throw Fault.invalid("Please provide a source for function code.");
    }
    var name = new S3.Name(bucket, key, code.path("S3ObjectVersion").stringValueOpt());
    if (!buckets.allow(account, bucket) || own.filter(bucket::equals).isPresent()) {
      throw denied(
          name,
          "AccessDenied",
          "This server takes no code from there; whoever runs it names the buckets: ol up"
              + " --code-buckets");
    }
    if (!S3.isPlain(key)) { // some servers would look in another bucket
      throw failed("NoSuchKey", "The specified key does not exist.");
    }
    return name;
  }

  /// In the service's words, as observed.
  private static Fault denied(S3.Name name, String code, String reason) {
    return new Fault(
        403,
        "AccessDeniedException",
        ("Your access has been denied by S3, please make sure your request credentials have"
                + " permission to GetObject for %s/%s. S3 Error Code: %s. S3 Error Message: %s")
            .formatted(name.bucket(), name.key(), code, reason));
  }

  private static Fault failed(String code, String reason) {
    return Fault.invalid(
        "Error occurred while GetObject. S3 Error Code: %s. S3 Error Message: %s"
            .formatted(code, reason));
  }
}
