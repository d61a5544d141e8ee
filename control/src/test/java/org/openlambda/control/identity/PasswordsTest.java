package org.openlambda.control.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PasswordsTest {
  private static final String PASSWORD = "correct horse battery staple";

  private final Passwords passwords = new Passwords();

  @Test
  void a_password_is_known_by_its_hash_and_no_other_one_is() throws Denied {
    String hash = passwords.hash(PASSWORD);
    assertThat(passwords.matches(PASSWORD, Optional.of(hash))).isTrue();
    assertThat(passwords.matches(PASSWORD + "x", Optional.of(hash))).isFalse();
    assertThat(passwords.matches("", Optional.of(hash))).isFalse();
    assertThat(passwords.matches(PASSWORD, Optional.empty())).isFalse();
  }

  @Test
  void a_hash_says_how_it_was_made_and_is_another_each_time() throws Denied {
    assertThat(passwords.hash(PASSWORD))
        .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
        .isNotEqualTo(passwords.hash(PASSWORD));
  }

  /// Made by the reference implementation, through `argon2-cffi` of PyPI.
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
            + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "pässwörd $argon2id$v=19$m=8192,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg"
            + "$xCFUa5++rRuUIGnqhRKtsMFwQVE0Yo9i"
      })
  void a_hash_of_the_reference_implementation_with_other_parameters_is_understood(
      String password, String hash) throws Denied {
    assertThat(passwords.matches(password, Optional.of(hash))).isTrue();
    assertThat(passwords.matches(password + "x", Optional.of(hash))).isFalse();
  }

  @Test
  void a_password_has_12_to_256_characters() {
    for (String wrong : new String[] {"elevenchars", "x".repeat(257)}) {
      assertThatThrownBy(() -> passwords.hash(wrong))
          .isInstanceOf(Denied.class)
          .hasMessageContaining("12 to 256 characters");
    }
  }

  @Test
  void who_does_not_exist_takes_as_long_as_who_does() throws Exception {
    Optional<String> hash = Optional.of(passwords.hash(PASSWORD));
    long with = fastest(() -> passwords.matches("wrong", hash));
    long without = fastest(() -> passwords.matches("wrong", Optional.empty()));
    assertThat((double) without / with).isBetween(0.5, 2.0);
  }

  private static long fastest(Callable<Boolean> work) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      assertThat(work.call()).isFalse();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }

  @Test
  void many_at_once_wait_for_their_turn() throws Exception {
    Optional<String> hash = Optional.of(passwords.hash(PASSWORD));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> check = () -> passwords.matches(PASSWORD, hash);
      var results = threads.invokeAll(Collections.nCopies(10, check));
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }
}
