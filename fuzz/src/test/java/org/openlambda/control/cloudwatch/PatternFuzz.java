package org.openlambda.control.cloudwatch;

import static org.openlambda.fuzz.Oracle.that;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openlambda.control.cloudwatch.FilterPattern.Json;
import org.openlambda.control.cloudwatch.FilterPattern.Terms;

/// A filter pattern of CloudWatch Logs, and behind the first line feed a line that it is tried on:
/// refused, or an answer; terms are looked for a second time, in the plainest way.
public final class PatternFuzz {
  private PatternFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    String pattern = end < 0 ? text : text.substring(0, end);
    String line = end < 0 ? "{\"a\": [1, null, true, \"b\"]}" : text.substring(end + 1);
    try {
      judge(FilterPattern.parse(pattern), line);
    } catch (Refusal refusal) {
      that(refusal.status() == 400, "status %d", refusal.status());
      that(refusal.text().startsWith("Invalid filter pattern: "), "%s", refusal.text());
    }
  }

  private static void judge(FilterPattern pattern, String line) {
    boolean matches = pattern.matches(line);
    switch (pattern) {
      case Terms(List<String> required, List<String> optional, List<String> excluded) -> {
        boolean wanted =
            required.isEmpty() ? optional.isEmpty() || any(optional, line) : all(required, line);
        that(matches == (wanted && !any(excluded, line)), "terms are found or not");
      }
      case Json _ -> that(!matches || line.strip().startsWith("{"), "what matches is an object");
    }
  }

  private static boolean any(List<String> terms, String line) {
    for (String term : terms) {
      if (line.indexOf(term) >= 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean all(List<String> terms, String line) {
    for (String term : terms) {
      if (line.indexOf(term) < 0) {
        return false;
      }
    }
    return true;
  }
}
