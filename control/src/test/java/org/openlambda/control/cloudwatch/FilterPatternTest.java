package org.openlambda.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilterPatternTest {
  private static final String JSON =
      "{\"level\":\"ERROR\",\"took\":5.5,\"user\":{\"id\":7,\"name\":\"Ada L\"},\"tags\":[\"a\",\"b\"],"
          + "\"ok\":true,\"none\":null,\"odd name\":1,\"ip\":\"10.1.2.3\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                       | [ERROR] out of memory | true",
        "ERROR                    | [ERROR] out of memory | true",
        "error                    | [ERROR] out of memory | false",
        "ERROR memory             | [ERROR] out of memory | true",
        "ERROR disk               | [ERROR] out of memory | false",
        "\"out of\"               | [ERROR] out of memory | true",
        "\"of out\"               | [ERROR] out of memory | false",
        "?disk ?memory            | [ERROR] out of memory | true",
        "?disk ?network           | [ERROR] out of memory | false",
        "-memory                  | [ERROR] out of memory | false",
        "ERROR -disk              | [ERROR] out of memory | true",
        "ERROR -\"out of\"        | [ERROR] out of memory | false",
        "?disk ERROR              | [ERROR] out of memory | true",
        "?disk ?memory -ERROR     | [ERROR] out of memory | false",
        "\"say \\\"no\\\"\"       | we say \"no\" to it     | true",
      })
  void terms_are_required_optional_or_excluded(String pattern, String line, boolean wanted)
      throws Exception {
    assertThat(FilterPattern.parse(pattern).matches(line)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{ $.level = \"ERROR\" } # true",
        "{$.level=ERROR} # true",
        "{ $.level = \"INFO\" } # false",
        "{ $.level != \"INFO\" } # true",
        "{ $.absent != \"INFO\" } # false",
        "{ $.level = \"E*R\" } # true",
        "{ $.level = \"*X*\" } # false",
        "{ $.ip = 10.1.* } # true",
        "{ $.ip != 10.1.* } # false",
        "{ $.took > 5 && $.took < 6 } # true",
        "{ $.took >= 5.6 || $.took <= 5.4 } # false",
        "{ $.user.id = 7 } # true",
        "{ $.user.id != 7 } # false",
        "{ $.user.name = \"Ada L\" } # true",
        "{ $.tags[1] = \"b\" } # true",
        "{ $.tags[2] NOT EXISTS } # true",
        "{ $.ok IS TRUE && $.none IS NULL && $.gone NOT EXISTS } # true",
        "{ $.ok IS FALSE } # false",
        "{ ($.took = 1 || $.user.id = 7) && $.level = \"ERROR\" } # true",
        "{ $.took = 1 || $.user.id = 7 && $.level = \"INFO\" } # false",
        "{ $[\"odd name\"] = 1 } # true",
        "{ $[\"took\"] = 5.5 } # true",
      })
  void members_of_json_are_compared(String pattern, boolean wanted) throws Exception {
    FilterPattern parsed = FilterPattern.parse(pattern);
    assertThat(parsed.matches(JSON)).isEqualTo(wanted);
    assertThat(parsed.matches("no JSON")).isFalse();
    assertThat(parsed.matches("{no JSON")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"not closed",
        "%regular%",
        "[w1, w2]",
        "-",
        "?",
        "{",
        "{}",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a = 1",
        "{ $.a = 1 } more",
        "{ a = 1 }",
        "{ $ = 1 }",
        "{ $.a ~ 1 }",
        "{ $.a > \"b\" }",
        "{ $.a IS GREEN }",
        "{ ($.a = 1 }",
        "{ $.a = \"b }",
        "{ $..a = 1 }",
      })
  void what_is_no_pattern_is_refused(String pattern) {
    assertThatThrownBy(() -> FilterPattern.parse(pattern))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.type()).isEqualTo("InvalidParameterException"));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 400})
  void a_pattern_that_is_nested_too_deep_is_refused(int depth) {
    String pattern = "{ " + "(".repeat(depth) + "$.a = 1" + ")".repeat(depth) + " }";
    assertThatThrownBy(() -> FilterPattern.parse(pattern)).hasMessageContaining("nested deeper");
  }
}
