package org.openlambda.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;

final class LogReadersTest {
  private final LogReaders readers = new LogReaders(Duration.ofMillis(20));

  private static Account account(int number) {
    return new Account("%012d".formatted(number));
  }

  @Test
  void two_read_for_one_account_and_eight_in_all() {
    var places = new ArrayDeque<Room.Place>();
    for (int i = 0; i < LogReaders.MOST; i++) {
      places.add(readers.enter(account(i / LogReaders.MOST_OF_ONE)).orElseThrow());
    }
    assertThat(readers.enter(account(0))).isEmpty();
    assertThat(readers.enter(account(99))).as("all places are taken").isEmpty();
    places.remove().close();
    assertThat(readers.enter(account(1))).as("two read for it already").isEmpty();
    assertThat(readers.enter(account(99))).isPresent();
  }
}
