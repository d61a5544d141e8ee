package org.openlambda.control.lambda;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.function.Account;

/// Which accounts may take code from which buckets. The server reads buckets with its own
/// credentials, so that without this whoever may deploy could read whatever the server can.
public record CodeBuckets(List<Allowed> allowed) {
  /// No account from any bucket.
  public static final CodeBuckets NONE = new CodeBuckets(List.of());

  private static final String ANY = "*";
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d{12})/)?(\\*|[0-9A-Za-z][0-9A-Za-z._-]{1,61}[0-9A-Za-z])");

  /// @param account `*` for each
  /// @param bucket `*` for each
  record Allowed(String account, String bucket) {
    boolean covers(Account asker, String named) {
      return (account.equals(ANY) || account.equals(asker.text()))
          && (bucket.equals(ANY) || bucket.equals(named));
    }
  }

  public CodeBuckets {
    allowed = List.copyOf(allowed);
  }

  /// Reads `BUCKET,ACCOUNT/BUCKET,…`, in which `*` is any bucket.
  ///
  /// @throws IllegalArgumentException naming what cannot be meant
  public static CodeBuckets parse(String text) {
    return new CodeBuckets(
        Arrays.stream(text.split(",", -1)).map(String::strip).map(CodeBuckets::one).toList());
  }

  private static Allowed one(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'%s' names no bucket: BUCKET, ACCOUNT/BUCKET or * do".formatted(text));
    }
    return new Allowed(parts.group(1) == null ? ANY : parts.group(1), parts.group(2));
  }

  boolean allow(Account account, String bucket) {
    return allowed.stream().anyMatch(one -> one.covers(account, bucket));
  }
}
