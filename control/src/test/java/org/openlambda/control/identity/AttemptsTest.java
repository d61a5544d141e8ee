package org.openlambda.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private final MovableTime time = new MovableTime();
  private final Attempts attempts = new Attempts(3, Duration.ofSeconds(30), time);

  private void spend(String name) {
    for (int i = 0; i < 3; i++) {
      assertThat(attempts.take(name)).isZero();
    }
  }

  @Test
  void after_the_most_there_is_one_more_after_each_pause() {
    spend("ada");
    assertThat(attempts.take("ada")).isEqualTo(Duration.ofSeconds(30));
    time.pass(Duration.ofSeconds(30));
    assertThat(attempts.take("ada")).isZero();
    assertThat(attempts.take("ada")).isPositive();
  }

  @Test
  void another_name_has_its_own_and_what_succeeded_does_not_count() {
    spend("ada");
    assertThat(attempts.take("eve")).isZero();
    attempts.giveBack("ada");
    assertThat(attempts.take("ada")).isZero();
  }

  @Test
  void no_more_than_ten_thousand_names_are_remembered() {
    spend("ada");
    for (int i = 0; i < Attempts.MOST_NAMES - 1; i++) {
      attempts.take("name " + i);
    }
    assertThat(attempts.take("ada")).as("just remembered").isPositive();
    for (int i = 0; i < Attempts.MOST_NAMES; i++) {
      attempts.take("other " + i);
    }
    assertThat(attempts.take("ada")).as("forgotten").isZero();
  }
}
