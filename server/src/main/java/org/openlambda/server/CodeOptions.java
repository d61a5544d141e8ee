package org.openlambda.server;

import java.io.IOException;
import java.util.Optional;
import org.openlambda.control.lambda.CodeBuckets;
import org.openlambda.control.s3.BucketAddress;
import picocli.CommandLine.Option;

/// The options that say where code is kept, and where it may come from.
final class CodeOptions {
  @Option(
      names = "--bundles",
      paramLabel = "s3://BUCKET[/PREFIX]",
      description =
          "keep code in a bucket instead of DIR/bundles, which then has what was used lately")
  private Optional<String> bundles = Optional.empty();

  @Option(
      names = "--code-buckets",
      paramLabel = "[ACCOUNT/]BUCKET,...",
      description =
          "buckets that code may be taken from (S3Bucket, S3Key), by all accounts or by one; * is"
              + " any (default none)")
  private Optional<String> buckets = Optional.empty();

  /// @throws IOException naming what cannot be meant
  Settings.CodePlaces places() throws IOException {
    return new Settings.CodePlaces(bundles(bundles), buckets());
  }

  static Optional<BucketAddress> bundles(Optional<String> text) throws IOException {
    try {
      return text.map(BucketAddress::parse);
    } catch (IllegalArgumentException e) {
      throw new IOException("--bundles: " + e.getMessage(), e);
    }
  }

  private CodeBuckets buckets() throws IOException {
    try {
      return buckets.map(CodeBuckets::parse).orElse(CodeBuckets.NONE);
    } catch (IllegalArgumentException e) {
      throw new IOException("--code-buckets: " + e.getMessage(), e);
    }
  }
}
