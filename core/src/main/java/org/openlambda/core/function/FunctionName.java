package org.openlambda.core.function;

import java.util.regex.Pattern;

/// The name of a function: 1 to 128 letters, digits, `.`, `_` or `-`, and neither `.` nor `..`
/// (OpenLambda's worker API).
///
/// @param text the name as people write it
public record FunctionName(String text) implements Comparable<FunctionName> {
  /// The longest name, in characters; a folder of this name must be possible on every file system.
  public static final int LONGEST = 128;

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1," + LONGEST + "}");

  public FunctionName {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "'%s' is no function name: use 1 to %d letters, digits, '.', '_' or '-'"
              .formatted(
                  text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text, LONGEST));
    }
  }

  /// Whether `text` can be a name.
  public static boolean isValid(String text) {
    return VALID.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  @Override
  public int compareTo(FunctionName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
