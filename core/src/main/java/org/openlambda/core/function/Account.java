package org.openlambda.core.function;

import java.util.regex.Pattern;

/// Who owns functions: nobody sees those of another account.
///
/// @param text 12 digits
public record Account(String text) implements Comparable<Account> {
  private static final Pattern VALID = Pattern.compile("[0-9]{12}");

  /// The one that a server has from its start.
  public static final Account FIRST = new Account("123456789012");

  public Account {
    if (!isValid(text)) {
      throw new IllegalArgumentException("an account has 12 digits, not '" + text + "'");
    }
  }

  /// Whether `text` can be an account.
  public static boolean isValid(String text) {
    return VALID.matcher(text).matches();
  }

  @Override
  public int compareTo(Account other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
