package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OpeningTest {
  @Test
  void a_part_that_is_not_open_yet_is_closed_all_the_same() throws Exception {
    var begun = new CountDownLatch(1);
    var closed = new AtomicBoolean();
    Opening<Closeable> opening =
        Opening.begin(
            "slow",
            () -> {
              begun.await();
              return () -> closed.set(true);
            });
    begun.countDown();
    opening.close();
    assertThat(closed).isTrue();
  }

  @Test
  void why_it_could_not_be_opened_is_told_as_it_was_said() throws Exception {
    Opening<Closeable> opening =
        Opening.begin(
            "none",
            () -> {
              throw new IOException("there is no database");
            });
    assertThatThrownBy(opening::get)
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("there is no database");
    opening.close();
  }
}
