package org.openlambda.core.function;

/// The name of a function: 1 to 128 letters, digits, `.`, `_` or `-`, and neither `.` nor `..`
/// (OpenLambda's worker API).
///
/// @param text the name as people write it
public record FunctionName(String text) implements Comparable<FunctionName> {
  /// The longest name, in characters; a folder of this name must be possible on every file system.
  public static final int LONGEST = 128;

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
    if (text.isEmpty() || text.length() > LONGEST || text.equals(".") || text.equals("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
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
