package org.openlambda.core.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"hello", "a", "my-func_2.v1", "..a", "0"})
  void letters_digits_dot_underscore_and_dash_make_a_name(String text) {
    assertThat(new FunctionName(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "a\n", "a\0", "a:b"})
  void anything_else_is_no_name(String text) {
    assertThat(FunctionName.isValid(text)).isFalse();
    assertThatThrownBy(() -> new FunctionName(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_name_has_at_most_128_characters() {
    assertThat(FunctionName.isValid("a".repeat(128))).isTrue();
    assertThat(FunctionName.isValid("a".repeat(129))).isFalse();
  }
}
