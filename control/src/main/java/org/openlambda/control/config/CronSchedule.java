package org.openlambda.control.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openlambda.control.config.YamlNode.Scalar;

/// The five fields of crontab(5), checked only.
final class CronSchedule {
  static final String ALLOWED = "five fields: minute, hour, day of month, month, day of week";

  private static final List<Field> FIELDS =
      List.of(
          new Field("minute", 0, 59, List.of()),
          new Field("hour", 0, 23, List.of()),
          new Field("day of month", 1, 31, List.of()),
          new Field(
              "month",
              1,
              12,
              List.of(
                  "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                  "dec")),
          new Field("day of week", 0, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

  private CronSchedule() {}

  /// @param names of the values from `least` on
  private record Field(String name, int least, int most, List<String> names) {
    private static final Pattern PART =
        Pattern.compile("(\\*|[0-9a-z]{1,3}(?:-[0-9a-z]{1,3})?)(?:/([1-9][0-9]?))?");

    void check(String text) {
      for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
        var matcher = PART.matcher(part);
        if (!matcher.matches()) {
          throw wrong();
        }
        if (!matcher.group(1).equals("*")) {
          checkRange(matcher.group(1).split("-"));
        }
      }
    }

    private void checkRange(String[] ends) {
      if (number(ends[0]) > number(ends[ends.length - 1])) {
        throw wrong();
      }
    }

    private int number(String text) {
      int named = names.indexOf(text);
      if (named >= 0) {
        return least + named;
      }
      if (!text.chars().allMatch(Character::isDigit)) {
        throw wrong();
      }
      int number = Integer.parseInt(text);
      if (number < least || number > most) {
        throw wrong();
      }
      return number;
    }

    private IllegalArgumentException wrong() {
      return new IllegalArgumentException(
          "the %s goes from %d to %d, as 1, 1-5, 1,3 or */2".formatted(name, least, most));
    }
  }

  /// @return the text
  /// @throws IllegalArgumentException naming the field that is wrong
  static String check(Scalar value) {
    String[] texts = value.text().strip().split("[ \t]+");
    if (texts.length != FIELDS.size()) {
      throw new IllegalArgumentException("there are " + texts.length);
    }
    for (int i = 0; i < texts.length; i++) {
      FIELDS.get(i).check(texts[i]);
    }
    return value.text();
  }
}
