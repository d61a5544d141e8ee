package org.openlambda.control.cloudwatch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.control.cloudwatch.JsonPattern.Comparison;
import org.openlambda.control.cloudwatch.JsonPattern.Kind;

/// Reads a pattern for JSON:
///
///     pattern   = "{" any "}"
///     any       = all ("||" all)*
///     all       = one ("&&" one)*
///     one       = "(" any ")" | path ("=" | "!=" | "<" | "<=" | ">" | ">=") value
///               | path "IS" ("NULL" | "TRUE" | "FALSE") | path "NOT" "EXISTS"
///     path      = "$" ("." name | "[" digits "]" | "[" quoted "]")+
///
/// For one thread.
final class JsonPatternParser {
  private static final Pattern WORD =
      Pattern.compile(
          "\\G\\s*(\\|\\||&&|[(){}]|!=|<=|>=|[=<>]|\"(?:[^\"\\\\]|\\\\.)*\""
              + "|(?:\\[\"[^\"]*\"]|[^\\s(){}=<>!&|\"])+)");

  private static final Pattern STEP =
      Pattern.compile("\\G(?:\\.([^.\\[\\]]+)|\\[(\\d{1,6})]|\\[\"([^\"]*)\"])");

  private static final int DEEPEST = 50;

  private final List<String> words = new ArrayList<>();
  private int at;

  JsonPatternParser(String text) throws Refusal {
    Matcher word = WORD.matcher(text);
    int end = 0;
    while (word.find()) {
      words.add(word.group(1));
      end = word.end();
    }
    if (!text.substring(end).isBlank()) {
      throw invalid("'" + text.substring(end).strip() + "' is not understood");
    }
  }

  JsonPattern parse() throws Refusal {
    expect("{");
    JsonPattern pattern = any(0);
    expect("}");
    if (at < words.size()) {
      throw invalid("nothing may follow the last brace");
    }
    return pattern;
  }

  private static Refusal invalid(String why) {
    return FilterPattern.invalid(why);
  }

  private String next() throws Refusal {
    if (at == words.size()) {
      throw invalid("it ends too early");
    }
    return words.get(at++);
  }

  private boolean skips(String word) {
    boolean there = at < words.size() && words.get(at).equals(word);
    at += there ? 1 : 0;
    return there;
  }

  private void expect(String word) throws Refusal {
    if (!skips(word)) {
      throw invalid("'" + word + "' is missing");
    }
  }

  private JsonPattern any(int depth) throws Refusal {
    JsonPattern pattern = all(depth);
    while (skips("||")) {
      pattern = new JsonPattern.Or(pattern, all(depth));
    }
    return pattern;
  }

  private JsonPattern all(int depth) throws Refusal {
    JsonPattern pattern = one(depth);
    while (skips("&&")) {
      pattern = new JsonPattern.And(pattern, one(depth));
    }
    return pattern;
  }

  private JsonPattern one(int depth) throws Refusal {
    if (depth > DEEPEST) {
      throw invalid("it is nested deeper than " + DEEPEST);
    }
    if (skips("(")) {
      JsonPattern inner = any(depth + 1);
      expect(")");
      return inner;
    }
    List<String> path = path(next());
    String relation = next();
    return switch (relation) {
      case "IS" -> new JsonPattern.State(path, kind(next()));
      case "NOT" -> {
        expect("EXISTS");
        yield new JsonPattern.State(path, Kind.ABSENT);
      }
      case "=" -> compared(path, Comparison.SAME, next());
      case "!=" -> compared(path, Comparison.OTHER, next());
      case "<" -> compared(path, Comparison.LESS, next());
      case "<=" -> compared(path, Comparison.LESS_OR_SAME, next());
      case ">" -> compared(path, Comparison.MORE, next());
      case ">=" -> compared(path, Comparison.MORE_OR_SAME, next());
      default -> throw invalid("'" + relation + "' compares nothing");
    };
  }

  private static Kind kind(String word) throws Refusal {
    return switch (word) {
      case "NULL" -> Kind.NULL;
      case "TRUE" -> Kind.TRUE;
      case "FALSE" -> Kind.FALSE;
      default -> throw invalid("nothing IS " + word);
    };
  }

  private static List<String> path(String word) throws Refusal {
    var steps = new ArrayList<String>();
    Matcher step = STEP.matcher(word);
    if (!word.startsWith("$")) {
      throw invalid("'" + word + "' does not begin with $");
    }
    int end = 1;
    step.region(1, word.length());
    while (step.find()) {
      for (int group = 1; group <= 3; group++) {
        if (step.group(group) != null) {
          steps.add(step.group(group));
        }
      }
      end = step.end();
    }
    if (end != word.length() || steps.isEmpty()) {
      throw invalid("'" + word + "' is no path like $.name[0].other");
    }
    return List.copyOf(steps);
  }

  private static JsonPattern compared(List<String> path, Comparison comparison, String word)
      throws Refusal {
    boolean quoted = word.startsWith("\"");
    if (!quoted && word.matches("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")) {
      return new JsonPattern.Amount(path, comparison, Double.parseDouble(word));
    }
    if (comparison != Comparison.SAME && comparison != Comparison.OTHER) {
      throw invalid("'" + word + "' is no number");
    }
    String text = quoted ? FilterPattern.unquoted(word) : word;
    return new JsonPattern.Text(
        path, comparison == Comparison.SAME, List.of(text.split("\\*", -1)));
  }
}
