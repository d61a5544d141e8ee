package org.openlambda.control.cloudwatch;

import java.util.ArrayList;
import java.util.List;

/// Which lines are wanted (CloudWatch Logs, "Filter pattern syntax"). Safe for any thread.
///
/// Of what the service takes, regular expressions (`%…%`) and patterns of columns (`[…]`) are
/// refused.
sealed interface FilterPattern {
  /// Whether a line is wanted.
  boolean matches(String line);

  /// The longest pattern, in characters.
  int LONGEST = 1024;

  /// Terms that are anywhere in the line, letter by letter: `ERROR "exact phrase" ?one ?other
  /// -not`.
  ///
  /// @param required all of them
  /// @param optional one of them; of no account if something is required, as with the service
  /// @param excluded none of them
  record Terms(List<String> required, List<String> optional, List<String> excluded)
      implements FilterPattern {
    @Override
    public boolean matches(String line) {
      boolean has = required.stream().allMatch(line::contains);
      boolean hasOne =
          optional.isEmpty() || !required.isEmpty() || optional.stream().anyMatch(line::contains);
      return has && hasOne && excluded.stream().noneMatch(line::contains);
    }
  }

  /// What is said of members of a JSON object: `{ $.level = "ERROR" && $.took > 5 }`.
  record Json(JsonPattern pattern) implements FilterPattern {
    @Override
    public boolean matches(String line) {
      return pattern.matches(line);
    }
  }

  /// @throws Refusal if it is none
  static FilterPattern parse(String text) throws Refusal {
    String pattern = text.strip();
    if (text.length() > LONGEST) {
      throw invalid("it has more than " + LONGEST + " characters");
    }
    if (pattern.startsWith("{")) {
      return new Json(JsonPattern.parse(pattern));
    }
    if (pattern.startsWith("[")) {
      throw invalid("patterns of columns are not served by this server");
    }
    return terms(pattern);
  }

  static Refusal invalid(String why) {
    return Refusal.invalid("Invalid filter pattern: " + why);
  }

  private static Terms terms(String pattern) throws Refusal {
    var terms = new Terms(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int at = 0;
    while (at < pattern.length()) {
      if (Character.isWhitespace(pattern.charAt(at))) {
        at++;
        continue;
      }
      char mark = pattern.charAt(at);
      List<String> kind =
          switch (mark) {
            case '?' -> terms.optional;
            case '-' -> terms.excluded;
            default -> terms.required;
          };
      at += mark == '?' || mark == '-' ? 1 : 0;
      int end = end(pattern, at);
      String term = pattern.substring(at, end);
      if (term.startsWith("%")) {
        throw invalid("regular expressions are not served by this server");
      }
      kind.add(term.startsWith("\"") ? unquoted(term) : term);
      at = end;
    }
    return terms;
  }

  /// Where the term ends that begins at `from`.
  private static int end(String pattern, int from) throws Refusal {
    int at = from;
    if (at < pattern.length() && pattern.charAt(at) == '"') {
      for (at++; at < pattern.length(); at++) {
        if (pattern.charAt(at) == '\\') {
          at++;
        } else if (pattern.charAt(at) == '"') {
          return at + 1;
        }
      }
      throw invalid("a quotation mark is not closed");
    }
    while (at < pattern.length() && !Character.isWhitespace(pattern.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw invalid("a term is empty");
    }
    return at;
  }

  /// What stands between quotation marks, where `\` keeps its meaning from the character behind it.
  static String unquoted(String quoted) {
    var text = new StringBuilder(quoted.length());
    for (int i = 1; i < quoted.length() - 1; i++) {
      if (quoted.charAt(i) == '\\' && i + 1 < quoted.length() - 1) {
        i++;
      }
      text.append(quoted.charAt(i));
    }
    return text.toString();
  }
}
