package org.openlambda.core.function;

import java.util.regex.Pattern;

/// The SHA-256 of a bundle's content: equal digests mean equal code.
///
/// @param hex 64 lower-case hexadecimal digits
public record Digest(String hex) {
  private static final Pattern VALID = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!VALID.matcher(hex).matches()) {
      throw new IllegalArgumentException("a digest has 64 hexadecimal digits, not '" + hex + "'");
    }
  }

  /// The first 12 digits: enough for people and log lines.
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }
}
