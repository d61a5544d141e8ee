package org.openlambda.control.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in a bucket: `s3://BUCKET/PREFIX`.
///
/// @param prefix what every key begins with: empty, or ends in `/`
public record BucketAddress(String bucket, String prefix) {
  private static final Pattern FORM =
      Pattern.compile("s3://([0-9a-z][0-9a-z.-]{1,61}[0-9a-z])(?:/([0-9A-Za-z._/-]*))?");

  /// @throws IllegalArgumentException saying what it should look like
  public static BucketAddress parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no place in a bucket: s3://BUCKET or s3://BUCKET/PREFIX is".formatted(text));
    }
    String prefix = parts.group(2) == null ? "" : parts.group(2).replaceFirst("/+$", "");
    if (!S3.isPlain(prefix)) {
      throw new IllegalArgumentException("'%s' has a prefix with . or ..".formatted(text));
    }
    return new BucketAddress(parts.group(1), prefix.isEmpty() ? "" : prefix + "/");
  }

  /// The key of what has this name there.
  public String key(String name) {
    return prefix + name;
  }

  @Override
  public String toString() {
    return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.replaceFirst("/$", ""));
  }
}
