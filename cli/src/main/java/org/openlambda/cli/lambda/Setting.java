package org.openlambda.cli.lambda;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What may be set of a function, beside its code and its environment. The server knows the bounds.
public enum Setting {
  /// In MiB.
  MEMORY("MemorySize", "MB"),
  /// In seconds.
  TIMEOUT("Timeout", "s"),
  /// Room in `/tmp`, in MiB.
  TMP("EphemeralStorage", "MB"),
  HANDLER("Handler", ""),
  RUNTIME("Runtime", ""),
  DESCRIPTION("Description", "");

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,6}) ?(MB|GB|s|m|)");

  private final String member;
  private final String unit;

  Setting(String member, String unit) {
    this.member = member;
    this.unit = unit;
  }

  /// As people call it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// All of them, for a sentence.
  public static String all() {
    return Arrays.stream(values()).map(Setting::toString).collect(Collectors.joining(", "));
  }

  /// @throws IllegalArgumentException in one sentence, if there is none
  public static Setting of(String typed) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(typed))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no setting '%s'; there are %s".formatted(typed, all())));
  }

  /// What a configuration says, for people; empty if it says nothing.
  ///
  /// @param configuration a `FunctionConfiguration`
  public String shown(JsonNode configuration) {
    JsonNode value = configuration.path(member);
    String text = this == TMP ? value.path("Size").asString("") : value.asString("");
    return text.isEmpty() || unit.isEmpty() ? text : text + " " + unit;
  }

  /// Writes a value into a request: `256`, `256MB`, `1GB`; `30`, `30s`, `5m`; or a text.
  ///
  /// @throws IllegalArgumentException in one sentence, if it cannot be one
  public void putInto(ObjectNode request, String typed) {
    if (unit.isEmpty()) {
      request.put(member, typed);
      return;
    }
    int amount = amount(typed);
    if (this == TMP) {
      request.putObject(member).put("Size", amount);
    } else {
      request.put(member, amount);
    }
  }

  private int amount(String typed) {
    Matcher read = AMOUNT.matcher(typed);
    List<String> units = unit.equals("s") ? List.of("", "s", "m") : List.of("", "MB", "GB");
    if (!read.matches() || !units.contains(read.group(2))) {
      throw new IllegalArgumentException(
          "'%s' is no %s: use %s"
              .formatted(typed, this, unit.equals("s") ? "30s or 5m" : "256MB or 1GB"));
    }
    int times =
        switch (read.group(2)) {
          case "GB" -> 1024;
          case "m" -> 60;
          default -> 1;
        };
    return Integer.parseInt(read.group(1)) * times;
  }

  /// The names of those whose values differ, with both values.
  public static List<String> changes(JsonNode before, JsonNode after) {
    return Arrays.stream(values())
        .filter(each -> !each.shown(before).equals(each.shown(after)))
        .map(each -> "%s %s → %s".formatted(each, or(each.shown(before)), or(each.shown(after))))
        .toList();
  }

  private static String or(String shown) {
    return shown.isEmpty() ? "nothing" : shown;
  }
}
